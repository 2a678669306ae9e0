"""Who appears in the demonstration: organisations, posts with their holders, and people who can sign in?

Every person is invented; every address is under example.org.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clm_tracker.demo import called, places
from clm_tracker.domain.words import Role


class PostLevel(StrEnum):
    """How high a post stands; the ladder's `level:NAME` means these names."""

    SITE = "site"
    DISTRICT = "district"
    PROVINCE = "province"
    NATIONAL = "national"
    MINISTRY = "ministry"
    OVERSIGHT = "oversight"
    OTHER_SECTOR = "other_sector"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A community organisation of the programme."""

    key: str
    name: str
    name_km: str


@dataclass(frozen=True, slots=True)
class Post:
    """An office that owes answers. `place` is a site's or area's key; `superior` another post's, empty at the top.

    With the institution behind it, `title` is the post's whole name; both are also there by language.
    """

    key: str
    title: str
    institution: str
    level: PostLevel
    place: str
    superior: str
    titles: Mapping[str, str]
    institutions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a post from one day to another, both inside; `until` is None while it lasts."""

    post: str
    name: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in. `provinces` limits an advocate (empty: the whole country); `post` is a duty bearer's."""

    key: str
    name: str
    email: str
    role: Role
    organisation: str = ""
    provinces: tuple[str, ...] = ()
    post: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Route:
    """Where findings of a place go: the post, for one theme or (empty) for every theme."""

    place: str
    theme: str
    post: str


ORGANISATIONS = (
    Organisation("secretariat", "Community Eyes Secretariat", "លេខាធិការដ្ឋានភ្នែកសហគមន៍"),
    Organisation("ponleu", "Ponleu Network of People Living with HIV", "បណ្តាញអ្នករស់នៅជាមួយមេរោគអេដស៍ពន្លឺ"),
    Organisation("rumduol", "Rumduol Community Health Association", "សមាគមសុខភាពសហគមន៍រំដួល"),
    Organisation("neary", "Neary Samphan Circle of Entertainment Workers", "ក្រុមនារីសម្ផ័ន្ធអ្នកធ្វើការសេវាកម្សាន្ត"),
    Organisation("inthanu", "Inthanu Rainbow Community", "សហគមន៍ឥន្ទធនូ"),
    Organisation("yuvachon", "Yuvachon Health Group", "ក្រុមយុវជនដើម្បីសុខភាព"),
    Organisation("chivit", "Chivit Thmei Harm Reduction Group", "ក្រុមកាត់បន្ថយគ្រោះថ្នាក់ជីវិតថ្មី"),
    Organisation("phkay", "Phkay Preuk Outreach Group", "ក្រុមចុះសហគមន៍ផ្កាយព្រឹក"),
)

#: Runs drop-in centres and sits on the committee, so its member is recused from findings about them.
RECUSED_ORGANISATION = "rumduol"

_SITE_TITLES = {
    places.Kind.HEALTH_CENTRE: "Chief",
    places.Kind.REFERRAL_HOSPITAL: "Director",
    places.Kind.ART_CLINIC: "Head of Clinic",
    places.Kind.DROP_IN_CENTRE: "Manager",
}


def _organisation(key: str) -> Organisation:
    return next(one for one in ORGANISATIONS if one.key == key)


def _posts() -> tuple[Post, ...]:
    made = [
        Post(
            "oversight",
            "Chair",
            "National Oversight Committee for Health Grants",
            PostLevel.OVERSIGHT,
            "cambodia",
            "",
            called.CHAIR,
            called.OVERSIGHT,
        ),
        Post(
            "ministry",
            "Director-General for Health Services",
            "Ministry in charge of health",
            PostLevel.MINISTRY,
            "cambodia",
            "oversight",
            called.DIRECTOR_GENERAL,
            called.MINISTRY,
        ),
        Post(
            "national-hiv",
            "Manager",
            "National Programme for HIV and STI Care",
            PostLevel.NATIONAL,
            "cambodia",
            "ministry",
            called.MANAGER,
            called.PROGRAMME,
        ),
        Post(
            "equity-fund",
            "Manager",
            "National Health Equity Scheme",
            PostLevel.OTHER_SECTOR,
            "cambodia",
            "ministry",
            called.MANAGER,
            called.EQUITY_FUND,
        ),
    ]
    for one in places.PROVINCES:
        department = f"{one.name} Provincial Health Department"
        made.append(
            Post(
                f"phd-{one.key}",
                "Director",
                department,
                PostLevel.PROVINCE,
                one.key,
                "national-hiv",
                called.DIRECTOR,
                called.health_department(one),
            )
        )
    for key in ("battambang", "siem-reap", "takeo", "kampong-cham"):
        department = f"{places.area(key).name} Provincial Department of Social Affairs"
        made.append(
            Post(
                f"social-{key}",
                "Director",
                department,
                PostLevel.OTHER_SECTOR,
                key,
                "equity-fund",
                called.DIRECTOR,
                called.social_department(places.area(key)),
            )
        )
    for district in places.DISTRICTS:
        office = f"{district.name} Operational District"
        made.append(
            Post(
                f"od-{district.key}",
                "Director",
                office,
                PostLevel.DISTRICT,
                district.key,
                f"phd-{district.parent}",
                called.DIRECTOR,
                called.operational_district(district),
            )
        )
    for place in places.SITES:
        title, institution = _SITE_TITLES[place.kind], place.name
        institutions: Mapping[str, str] = {"km": place.name_km, "fr": place.name_fr}
        if place.run_by:
            # The name by which a committee member of that organisation is recused.
            by = _organisation(place.run_by)
            title, institution = f"{title} of {place.name}", by.name
            institutions = called.organisation(by.key, by.name_km)
        made.append(
            Post(
                f"site-{place.key}",
                title,
                institution,
                PostLevel.SITE,
                place.key,
                f"od-{place.district}",
                called.head(place),
                institutions,
            )
        )
    return tuple(made)


POSTS = _posts()

VACANT_POST = "od-kralanh"
CHANGED_POST = "phd-battambang"

_FAMILY = (
    "Chhim", "Keo", "Nhem", "Prak", "Seng", "Touch", "Ros", "Yim", "Meas", "Phal", "Ouk", "Kong", "Mao", "Neang",
    "Pich", "Tep", "Ung", "Vann", "Som", "Long", "Duong", "Khiev", "Nuon",
)  # fmt: skip
_GIVEN = (
    "Bunroeun", "Chanmony", "Daravuth", "Kimleang", "Kosoma", "Lyheng", "Makara", "Mealea", "Narith", "Phanna",
    "Phearun", "Piseth", "Ratanak", "Reaksmey", "Samnang", "Sarun", "Savoeun", "Sodany", "Sokhom", "Sophal",
    "Sopheak", "Sothea", "Sovanna", "Sreymao", "Thavy", "Tola", "Vannak", "Vicheka", "Visal",
)  # fmt: skip


def _holders() -> tuple[Holder, ...]:
    """One holder a post; the list lengths share no factor, so 667 names pass before one returns."""
    made = []
    for number, post in enumerate(POSTS):
        name = f"{_FAMILY[number % len(_FAMILY)]} {_GIVEN[number % len(_GIVEN)]}"
        since = date(2021, 1, 4) + timedelta(days=number * 37 % 1300)
        until = None
        if post.key == VACANT_POST:
            until = date(2025, 10, 31)
        elif post.key == CHANGED_POST:
            until = date(2026, 1, 4)
        made.append(Holder(post.key, name, since, until))
    made.append(Holder(CHANGED_POST, "Sin Monyroth", date(2026, 1, 5)))
    return tuple(made)


HOLDERS = _holders()


def _holder_now(post: str) -> str:
    return next(one.name for one in HOLDERS if one.post == post and one.until is None)


def _account(post: str, language: str = "en") -> Person:
    return Person(
        post, _holder_now(post), f"{post}@posts.example.org", Role.DUTY_BEARER, "", (), post, language
    )


def _member(key: str, name: str, role: Role, organisation: str, *provinces: str) -> Person:
    return Person(key, name, f"{key}@community-eyes.example.org", role, organisation, provinces)


PEOPLE = (
    _member("chenda", "Ros Chenda", Role.COORDINATOR, "secretariat"),
    _member(
        "sokunthea", "Khat Sokunthea", Role.ADVOCATE, "ponleu", "phnom-penh", "kandal", "takeo", "svay-rieng"
    ),
    _member("dararith", "Yos Dararith", Role.ADVOCATE, "chivit", "battambang", "pursat"),
    _member("chanthou", "Preap Chanthou", Role.ADVOCATE, "neary", "siem-reap", "banteay-meanchey"),
    _member(
        "vibol",
        "Chhoun Vibol",
        Role.ADVOCATE,
        "yuvachon",
        "kampong-cham",
        "kampong-thom",
        "preah-sihanouk",
        "kampot",
    ),
    _member("sreyleak", "Moul Sreyleak", Role.ADVOCATE, "inthanu"),
    _member("bunthan", "Oum Bunthan", Role.COMMITTEE, "ponleu"),
    _member("kolap", "Hak Kolap", Role.COMMITTEE, "neary"),
    _member("rithy", "Pov Rithy", Role.COMMITTEE, "inthanu"),
    _member("maly", "Suon Maly", Role.COMMITTEE, "yuvachon"),
    _member("sarith", "Ngin Sarith", Role.COMMITTEE, "rumduol"),
    _member("observer", "Thach Leakena", Role.OBSERVER, "secretariat"),
    _account("site-srah-chhuk", "km"),
    _account("site-samaki"),
    _account("site-chey-udam"),
    _account("od-thma-koul", "km"),
    _account("phd-battambang", "km"),
    _account("phd-phnom-penh"),
    _account("national-hiv"),
)


ROLES = {
    Role.COORDINATOR: "coordinator",
    Role.ADVOCATE: "advocates",
    Role.COMMITTEE: "steering committee",
    Role.OBSERVER: "observer",
    Role.DUTY_BEARER: "duty bearers",
}

#: Whom the walk in five minutes follows.
GUIDES = frozenset({"site-chey-udam", "sreyleak", "bunthan", "chenda"})

#: At the country, violence and social protection have no route: such a finding waits for the coordinator.
ROUTES = (
    *(Route(one.place, "", one.key) for one in POSTS if one.level is PostLevel.SITE),
    *(Route(one.place, "", one.key) for one in POSTS if one.level is PostLevel.DISTRICT),
    *(Route(one.place, "", one.key) for one in POSTS if one.level is PostLevel.PROVINCE),
    *(Route("cambodia", theme, "national-hiv") for theme in ("prevention", "care", "stigma", "mental")),
)


class By(StrEnum):
    """Who takes a step of a plot. The engine takes none: a step *awaits* what the engine does."""

    POST = "post"
    NEW_POST = "new_post"
    ADVOCATE = "advocate"
    SECOND_ADVOCATE = "second_advocate"
    COORDINATOR = "coordinator"
    CHAIR = "chair"
    MEMBER = "member"


def route(place: str, theme: str) -> str:
    """The key of the post that a finding goes to; the nearest area upwards. Empty when there is no route."""
    keys = [place]
    if places.is_site(place):
        keys.append(places.site(place).district)
    while keys[-1] != places.COUNTRY.key:
        keys.append(places.area(keys[-1]).parent)
    for key in keys:
        for one in ROUTES:
            if one.place == key and one.theme in {"", theme}:
                return one.post
    return ""


#: Was sent a link three days before today, and has not opened it yet; nobody signs in as them.
INVITED = Person(
    "invited", "Chea Malis", "malis@yuvachon.example.org", Role.ADVOCATE, "yuvachon", ("battambang",)
)
INVITED_ON = date(2026, 3, 13)


def with_role(role: Role) -> tuple[Person, ...]:
    """Everybody who has this role."""
    return tuple(one for one in PEOPLE if one.role is role)


def advocates_for(place: str) -> tuple[Person, ...]:
    """Advocates who cover this site or area, those of its province first, then those of the whole country."""
    province = places.province_of(place)
    able = [one for one in with_role(Role.ADVOCATE) if not one.provinces or province in one.provinces]
    return tuple(sorted(able, key=lambda one: not one.provinces))


def deciders_for(place: str) -> tuple[Person, ...]:
    """Committee members who may decide about this place: of another organisation than who runs it and who logs there."""
    recused = {advocates_for(place)[0].organisation}
    if places.is_site(place):
        recused.add(places.site(place).run_by)
    return tuple(one for one in with_role(Role.COMMITTEE) if one.organisation not in recused)


def actor(by: By, place: str) -> Person | None:
    """The person behind a step about `place`; None for the posts, who act through their holder."""
    if by in {By.POST, By.NEW_POST}:
        return None
    if by is By.COORDINATOR:
        return with_role(Role.COORDINATOR)[0]
    if by in {By.CHAIR, By.MEMBER}:
        return deciders_for(place)[0 if by is By.CHAIR else 1]
    return advocates_for(place)[0 if by is By.ADVOCATE else 1]


def introduce(person: Person) -> str:
    """The person's name and what they stand for, for those who choose whom to be."""
    if person.role is Role.DUTY_BEARER:
        post = next(one for one in POSTS if one.key == person.post)
        return f"{person.name}, {post.title}, {post.institution}"
    where = " and ".join((", ".join(places.area(one).name for one in person.provinces)).rsplit(", ", 1))
    return f"{person.name}, {_organisation(person.organisation).name}" + (f" ({where})" if where else "")
