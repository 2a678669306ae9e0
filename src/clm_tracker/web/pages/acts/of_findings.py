"""What can be done to a finding as a whole? One row an act, in the order of a finding's life."""

from clm_tracker.commands import actions, evidence, findings
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ClosedAs
from clm_tracker.kernel.speech import language
from clm_tracker.web.pages.acts import answers as a
from clm_tracker.web.pages.acts import questions as q
from clm_tracker.web.pages.acts import whose
from clm_tracker.web.pages.acts.doing import FINDING, Doing, To
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import N_, _


def _open(unit: Writing, to: To, given: a.Opening) -> None:
    post = whose.chosen(unit, given.duty_bearer)
    findings.open_(unit, to.ref, duty_bearer_id=post, reason=given.reason)


def _name(unit: Writing, to: To, given: a.Naming) -> None:
    post = whose.named(unit, given.duty_bearer)
    findings.name_duty_bearer(unit, to.ref, duty_bearer_id=post, reason=given.reason)


def _transfer(unit: Writing, to: To, given: a.Transferring) -> None:
    post = whose.instead(unit, given.duty_bearer, unknown=given.unknown)
    findings.propose_transfer(unit, to.ref, to=post, reason=given.reason)


def _acknowledge(unit: Writing, to: To, given: a.Noted) -> str | None:
    since = findings.received_since(unit, to.ref, note=given.note)
    findings.acknowledge(unit, to.ref, note=given.note)
    if since is None:
        return None
    voice = Voice.of(unit, language())
    return _("It is received already, since {moment}.").format(moment=voice.moment(since).text)


def _attach(unit: Writing, to: To, given: a.Attaching) -> None:
    evidence.attach(
        unit,
        to.ref,
        purpose=given.purpose,
        store=to.evidence,
        caption=given.caption,
        captured_on=given.captured_on,
        text=given.text or None,
        url=given.url or None,
        file=to.file,
    )


def _close(unit: Writing, to: To, given: a.Closing) -> None:
    findings.close(
        unit,
        to.ref,
        closed_as=given.closed_as,
        reason=given.reason,
        merged_into=given.merged_into or None,
    )


OF_FINDINGS: tuple[Doing, ...] = (
    Doing(
        Act.OPEN_FINDING,
        FINDING,
        "open",
        a.Opening,
        whose.opening,
        _open,
        N_("Open the finding"),
        N_("The finding is open. Who has to answer is told today."),
        apart=True,
        purpose=N_("The clock starts: who has to answer gets a letter, and each date is counted from today."),
    ),
    Doing(
        Act.ROUTE_FINDING,
        FINDING,
        "name_duty_bearer",
        a.Naming,
        whose.naming,
        _name,
        N_("Name this duty bearer"),
        N_("The duty bearer is named and told today."),
        apart=True,
        purpose=N_("Say which post has to answer, where none was found by itself."),
    ),
    Doing(
        Act.ACKNOWLEDGE,
        FINDING,
        "acknowledge",
        a.Noted,
        q.note(N_("A note"), required=False),
        _acknowledge,
        N_("Yes, it was received"),
        N_("Received. An answer is owed next: what will be done, and by when."),
        fresh=False,
        purpose=N_("Say that the finding has arrived. An answer is owed after that."),
    ),
    Doing(
        Act.PROPOSE_ACTION,
        FINDING,
        "propose",
        a.Proposing,
        q.proposing,
        lambda u, to, given: actions.propose(
            u,
            to.ref,
            what=given.what,
            due_on=given.due_on,
            expected=given.expected,
            how_checked=given.how_checked,
            for_duty_bearer=given.for_duty_bearer,
        ),
        N_("Propose this"),
        N_("Proposed. It is agreed when the other side accepts the same text and day."),
        fresh=False,
        purpose=N_("Say what will be done and by when. It holds once both sides have accepted it."),
    ),
    Doing(
        Act.PROPOSE_TRANSFER,
        FINDING,
        "propose_transfer",
        a.Transferring,
        whose.transfer,
        _transfer,
        N_("Say that it is theirs"),
        N_("Said. The community side accepts or declines the transfer."),
        apart=True,
        purpose=N_("Say whose it is instead. The community decides whether it goes there."),
    ),
    Doing(
        Act.REFUSE,
        FINDING,
        "refuse",
        a.Refusing,
        q.refusal,
        lambda u, to, given: findings.refuse(
            u, to.ref, reason=given.reason, outside_power=given.outside_power
        ),
        N_("Put this on record"),
        N_("On record. The next stage is due now."),
        purpose=N_("Say openly that nothing will be done, and why. The next stage is then due at once."),
    ),
    Doing(
        Act.REPLY,
        FINDING,
        "reply",
        a.Replying,
        q.reply,
        lambda u, to, given: findings.reply(u, to.ref, text=given.text),
        N_("Put the reply on record"),
        N_("The reply stands beside the finding."),
        fresh=False,
        purpose=N_("The duty bearer’s own words, shown beside the finding wherever it is shown."),
    ),
    Doing(
        Act.ANSWER_TRANSFER,
        FINDING,
        "accept_transfer",
        a.Answers,
        q.nothing,
        lambda u, to, _given: findings.accept_transfer(u, to.ref),
        N_("Accept the transfer"),
        N_("Transferred. The new duty bearer is told today."),
        purpose=N_("Let another post answer. It gets the full time to say that it was received."),
    ),
    Doing(
        Act.ANSWER_TRANSFER,
        FINDING,
        "decline_transfer",
        a.Reasoned,
        q.reason(N_("Why it stays")),
        lambda u, to, given: findings.decline_transfer(u, to.ref, reason=given.reason),
        N_("Decline the transfer"),
        N_("Declined. The finding stays where it is."),
        purpose=N_("Let the finding stay with the post that was asked."),
    ),
    Doing(
        Act.ATTACH_EVIDENCE,
        FINDING,
        "attach",
        a.Attaching,
        q.attaching,
        _attach,
        N_("Add this"),
        N_("The evidence is in the record."),
        fresh=False,
        upload=True,
        purpose=N_("Add a photo, a paper or a statement, so that others can see for themselves."),
    ),
    Doing(
        Act.RESOLVE,
        FINDING,
        "resolve",
        a.Noted,
        q.note(N_("What is different now")),
        lambda u, to, given: findings.resolve(u, to.ref, note=given.note),
        N_("Call it resolved"),
        N_("On record. When two people have said so, it is resolved and the community is told."),
        purpose=N_("Say that people no longer meet this problem. A second person confirms it."),
    ),
    Doing(
        Act.TELL_COMMUNITY,
        FINDING,
        "tell_community",
        a.Noted,
        q.note(N_("How and when people were told")),
        lambda u, to, given: findings.tell_community(u, to.ref, note=given.note),
        N_("Put this on record"),
        N_("On record: the community was told."),
        fresh=False,
        purpose=N_("Put on record how the people concerned were told what came of it."),
    ),
    Doing(
        Act.CHECK_SUSTAINED,
        FINDING,
        "check_sustained",
        a.Still,
        q.still_fixed,
        lambda u, to, given: findings.check_sustained(
            u, to.ref, still_fixed=given.still_fixed == "yes", note=given.note
        ),
        N_("Put this on record"),
        N_("The check is on record."),
        purpose=N_("Look once more, some time later, whether it has stayed fixed."),
    ),
    Doing(
        Act.REOPEN,
        FINDING,
        "reopen",
        a.Reasoned,
        q.reason(N_("What was seen")),
        lambda u, to, given: findings.reopen(u, to.ref, reason=given.reason),
        N_("Reopen the finding"),
        N_("The finding is open again, at the stage it had reached."),
        purpose=N_(
            "Say that people meet the problem again. The finding goes on at the stage it had reached."
        ),
    ),
    Doing(
        Act.REVIEW,
        FINDING,
        "review",
        a.Noted,
        q.note(N_("What the committee decided to do next")),
        lambda u, to, given: findings.review(u, to.ref, note=given.note),
        N_("Put the review on record"),
        N_("The review is on record; the next one follows."),
        purpose=N_("Put on record what the committee wants to do next."),
    ),
    Doing(
        Act.CLOSE,
        FINDING,
        "close",
        a.Closing,
        q.closing,
        _close,
        N_("Close the finding"),
        N_("The finding is closed. Its record stays readable."),
        purpose=N_("End a finding that was a mistake, or that is the same as another one."),
    ),
    Doing(
        Act.CLOSE_UNRESOLVABLE,
        FINDING,
        "close_unresolvable",
        a.Reasoned,
        q.reason(N_("Why it cannot be resolved")),
        lambda u, to, given: findings.close(u, to.ref, closed_as=ClosedAs.UNRESOLVABLE, reason=given.reason),
        N_("Close as unresolvable"),
        N_("The finding is closed as unresolvable. Its record stays readable."),
        purpose=N_("End a finding that nobody can resolve. Its record stays readable."),
    ),
)
