"""Which real things do the paths of the program's doors name, and what can be sent to each?"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import rounds, views, webhooks
from clm_tracker.commands.intake import previews
from clm_tracker.commands.intake.previews import File
from clm_tracker.db.tables import ClosedDayRow, NoticeRow
from clm_tracker.delivery.sealed import WEBHOOKS, Seal
from clm_tracker.intake.records import Import
from tests.jobs.letters.conftest import Kept, Office
from tests.links import a_link
from tests.web.program import Program, a_finding

API = "/api/v1"
UNKNOWN = "01a2079a-0000-7000-8000-000000000000"


def make(program: Program) -> dict[str, str]:
    """One of everything that a path can name, by the name of the path's parameter; all of the cast's programme."""
    dara, cast = program.api("Dara"), program.cast
    ref = dara.post(f"{API}/findings", json=a_finding(cast)).json()["ref"]
    owed = dara.post(f"{API}/findings/{ref}/open").json()["obligations"][0]["id"]
    for stage in range(5):  # the fifth needs approval, so it is proposed
        climbed = dara.post(
            f"{API}/obligations/{owed}/escalate", json={"from_stage": stage, "reason": "People are waiting."}
        )
        assert climbed.status_code == 200, climbed.text
    action = dara.post(f"{API}/findings/{ref}/actions", json={"what": "Send samples", "due_on": "2026-04-01"})
    shown = dara.post(f"{API}/findings/{ref}/evidence", data={"purpose": "problem", "text": "We saw it."})
    proposal = dara.get(f"{API}/proposals").json()["items"][0]["id"]
    file = File(kind=Import.AREAS, name="areas.csv", content=b"source_id,level,name\n1,district,Moung\n")
    looked = previews.try_(cast.store, file, program.clock.now(), cast.actor("Sokha", program.clock.now()))
    with cast.writing("Sokha", program.clock.now()) as unit:
        import_id = previews.keep(unit, file, looked)
    return {
        "import_id": str(import_id),
        "ref": ref,
        "action_id": action.json()["id"],
        "obligation_id": owed,
        "proposal_id": proposal,
        "evidence_id": shown.json()["id"],
        "link_id": str(a_link(cast, program.clock.now(), UUID(_id_of(dara, ref)))),
        "post_id": str(cast.posts["health_centre"]),
        "person_id": str(cast.people["Dara"]),
        "view_id": str(_view(program)),
        "webhook_id": str(_webhook(program)),
        "theme_id": str(cast.themes["care"]),
        "round_id": str(cast.round_id),
        "forum_id": str(_forum(program)),
        "area_id": str(cast.areas["district"]),
        "site_id": str(cast.sites["health_centre"]),
        "day_id": str(_closed_day(program)),
        "letter_id": _letter(program),
        "wording": "stage_entered.3",
        "notice_id": _notice(program),
    }


def _closed_day(program: Program) -> UUID:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        of = ClosedDayRow.programme_id == look.programme_id
        return look.session.scalars(
            select(ClosedDayRow.id).where(of, ClosedDayRow.day == date(2026, 4, 14))
        ).one()


def _letter(program: Program) -> str:
    """The coordinator's own, so that everybody's rule about it is asked."""
    office = Office(program.cast, program.clock, Kept())
    office.run()
    return str(office.letters()[0].id)


def _id_of(client: Any, ref: str) -> str:  # noqa: ANN401 - the tests' client
    return str(client.get(f"{API}/findings/{ref}").json()["id"])


def _notice(program: Program) -> str:
    """What a post was told of a stage that began."""
    where = (NoticeRow.kind == "stage_entered", NoticeRow.duty_bearer_id.is_not(None))
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return str(look.session.scalars(select(NoticeRow.id).where(*where)).first())


def _forum(program: Program) -> UUID:
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        return rounds.plan_forum(unit, name="Forum", held_on=date(2026, 5, 4))


def _view(program: Program) -> UUID:
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        return views.save(unit, name="For everybody", query="status=open", shared=True)


def _webhook(program: Program) -> UUID:
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        seal = Seal(WEBHOOKS, b"a key of these tests")
        return webhooks.add(unit, seal, name="Dashboard", url="https://dashboard.example.org/clm").id


def body_of(document: dict[str, Any], path: str, method: str) -> tuple[str, Any] | None:
    """The media type and the smallest body that the document allows; None when none is asked for."""
    asked = document["paths"][path][method.lower()].get("requestBody")
    if asked is None:
        return None
    media, content = next(iter(asked["content"].items()))
    return media, smallest(content["schema"], document)


def smallest(schema: dict[str, Any], document: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """The smallest value that a schema of ours allows."""
    if "$ref" in schema:
        return smallest(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    if either := schema.get("oneOf") or schema.get("anyOf"):
        return smallest(either[0], document)
    if choices := [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]:
        return choices[0]
    match schema.get("type"):
        case "object":
            asked = (
                schema.get("required") or list(schema.get("properties", ()))[: schema.get("minProperties", 0)]
            )
            return {name: smallest(schema["properties"][name], document) for name in asked}
        case "array":
            return [smallest(schema["items"], document)] * schema.get("minItems", 0)
        case "boolean":
            return True
        case "integer" | "number":
            return schema.get("minimum", 0)
    if "wd" in schema.get("pattern", ""):
        return "5wd"
    return {"uuid": UNKNOWN, "date": "2026-04-01", "date-time": "2026-04-01T00:00:00Z"}.get(
        schema.get("format", ""), "text"
    )
