"""In which words is each kind of notice written, apart from those of a stage?

Each line of a text stands by itself (`wordings.filled`). Words of the community's own are plainer: nothing is asked in a ceremony.
"""

from collections.abc import Mapping

from clm_tracker.delivery.letters import Wording
from clm_tracker.kernel.speech import N_

KINDS: Mapping[str, Wording] = {
    "bundle": Wording(
        subject=N_("{programme}: {count} matters for you"),
        opening=N_("These are the matters that {programme} has for you today."),
        ask=N_("Please look at each, and answer by the day that stands beside it."),
        after=N_("Nothing here is a judgement: it is what people met when they came for care."),
    ),
    "bundle.community": Wording(
        subject=N_("{programme}: {count} matters for you"),
        opening=N_("This is what {programme} has for you today."),
        ask=N_("Please look at each. Where the community side owes something, do it by its day."),
        after=N_("What another owes is here for you to know."),
    ),
    "digest": Wording(
        subject=N_("{programme}: the week for {reader}"),
        opening=N_("This is what moved since the last letter of this kind, what is coming and what is late."),
        ask=N_("Please look first at what is late, and then at what falls due this week."),
        after=N_(
            "Whoever needs no letter of the week switches it off where one chooses how one is written to."
        ),
    ),
    "finding_opened": Wording(
        subject=N_("{ref}: a finding for {post}"),
        opening=N_("People who came for care met what is told here. It falls to your post to answer."),
        ask=N_("Please confirm that you have received this.\nWe ask for it by {due}."),
        after=N_(
            "Then we agree with you on what is done, and by when.\n"
            "If this is not for your post, tell us whose it is."
        ),
    ),
    "duty_bearer_named": Wording(
        subject=N_("{ref}: your post is named to answer"),
        opening=N_("Your post has been named as the one that can put this right."),
        ask=N_("Please confirm that you have received this.\nWe ask for it by {due}."),
        after=N_(
            "Then we agree with you on what is done, and by when.\n"
            "If this is not for your post, tell us whose it is."
        ),
    ),
    "transfer_accepted": Wording(
        subject=N_("{ref}: passed on to {post}"),
        opening=N_(
            "The post that was asked first said that this is for your post, and the community agreed."
        ),
        ask=N_("Please confirm that you have received this.\nWe ask for it by {due}."),
        after=N_(
            "Then we agree with you on what is done, and by when.\n"
            "If this is not for your post, tell us whose it is."
        ),
    ),
    "transfer_proposed": Wording(
        subject=N_("{ref}: said to belong to another post"),
        opening=N_("The post that was asked says that this belongs to another one."),
        ask=N_("Please accept or decline the transfer.\nThe day to keep in mind is {due}."),
        after=N_("The duty bearer stays the same until you answer."),
    ),
    "transfer_declined": Wording(
        subject=N_("{ref}: stays with {post}"),
        opening=N_("The transfer was declined, with a reason. The matter stays with your post."),
        ask=N_("Please go on with it.\nWe are waiting for {obligation}, due {due}."),
        after=N_("If something is in the way, tell us what it is."),
    ),
    "refused": Wording(
        subject=N_("{ref}: the duty bearer refuses to act"),
        opening=N_("The post that was asked has refused to act, and gave a reason."),
        ask=N_(
            "Please read the reason and decide how the matter goes on.\nThe day to keep in mind is {due}."
        ),
        after=N_("A refusal is an answer and stands on the record. It does not end the matter."),
    ),
    "reminded": Wording(
        subject=N_("{ref}: a date is coming near"),
        opening=N_("A date is coming near.\nWe are waiting for {obligation}, due {due}."),
        ask=N_(
            "Please answer in time, or ask for more time before the day.\nThe day to keep in mind is {due}."
        ),
        after=N_("{otherwise}\nIf something is in the way, tell us what it is."),
    ),
    "reminded.community": Wording(
        subject=N_("{ref}: a date is coming near"),
        opening=N_(
            "A date of the community side is coming near.\nWe are waiting for {obligation}, due {due}."
        ),
        ask=N_("Please do it in time, or say what is in the way.\nThe day to keep in mind is {due}."),
        after=N_("Everybody who may see the finding sees this day too."),
    ),
    "proposal_approved": Wording(
        subject=N_("{ref}: stage {stage} is approved"),
        opening=N_("The steering committee approved stage {stage}, {stage_name}."),
        ask=N_("Please do what this stage asks of you."),
        after=N_("With the last approval the stage begins, and those it addresses are told."),
    ),
    "proposal_deferred": Wording(
        subject=N_("{ref}: the decision on stage {stage} is put off"),
        opening=N_("The steering committee put off its decision, with a reason."),
        ask=N_("Nothing is asked of you today."),
        after=N_("It comes back to the committee by itself on its day."),
    ),
    "proposal_refused": Wording(
        subject=N_("{ref}: stage {stage} is refused"),
        opening=N_("The steering committee refused stage {stage}, {stage_name}, with a reason."),
        ask=N_("Please read the reason and see what can be done instead."),
        after=N_("Every answer stands on the record of the finding."),
    ),
    "replied": Wording(
        subject=N_("{ref}: the duty bearer has replied"),
        opening=N_("A reply has come in."),
        ask=N_("Please read it and answer.\nThe day to keep in mind is {due}."),
        after=N_("It is shown beside the finding wherever that is shown."),
    ),
    "action_proposed": Wording(
        subject=N_("{ref}: a proposed action"),
        opening=N_("An action is proposed to put this right."),
        ask=N_(
            "Please look at it: agree, or propose another text, day, result or check.\nWe ask for it by {due}."
        ),
        after=N_("It holds once both sides agree."),
    ),
    "action_changed": Wording(
        subject=N_("{ref}: a change of the proposed action"),
        opening=N_("The proposed action was changed."),
        ask=N_(
            "Please look at it: agree, or propose another text, day, result or check.\nWe ask for it by {due}."
        ),
        after=N_("It holds once both sides agree."),
    ),
    "action_agreed": Wording(
        subject=N_("{ref}: an agreed action"),
        opening=N_("An action is agreed. Thank you."),
        ask=N_("Please have it done by the agreed day.\nThe day to keep in mind is {due}."),
        after=N_("Report it here when it is done. Then the community checks."),
    ),
    "action_imposed": Wording(
        subject=N_("{ref}: an action set without agreement"),
        opening=N_("No agreement was reached in time, so an action has been set."),
        ask=N_("Please have it done by the day that is set.\nThe day to keep in mind is {due}."),
        after=N_(
            "If it cannot be done like this, say why, and what would work.\n"
            "Report it here when it is done. Then the community checks."
        ),
    ),
    "action_dropped": Wording(
        subject=N_("{ref}: an action is dropped"),
        opening=N_("An action is no longer asked of your post; the reason is on record."),
        ask=N_("Please look at what is still open.\nWe are waiting for {obligation}, due {due}."),
        after=N_("If something is in the way, tell us what it is."),
    ),
    "extension_asked": Wording(
        subject=N_("{ref}: more time is asked for"),
        opening=N_("The duty bearer asks for more time, with a reason."),
        ask=N_("Please grant or refuse it, with those who wait in mind.\nThe day to keep in mind is {due}."),
        after=N_("The day that was agreed holds until you answer."),
    ),
    "extension_granted": Wording(
        subject=N_("{ref}: more time is granted"),
        opening=N_("The community grants more time."),
        ask=N_("Please have it done by the new day.\nThe day to keep in mind is {due}."),
        after=N_("Report it here when it is done. Then the community checks."),
    ),
    "extension_refused": Wording(
        subject=N_("{ref}: more time is refused"),
        opening=N_("More time could not be granted; the reason is on record."),
        ask=N_("Please have it done by the agreed day.\nThe day to keep in mind is {due}."),
        after=N_("If something is in the way, tell us what it is."),
    ),
    "action_reported": Wording(
        subject=N_("{ref}: an action is reported done"),
        opening=N_("The duty bearer reports that an action is done."),
        ask=N_("Please check with the people concerned whether it is put right.\nWe ask for it by {due}."),
        after=N_("The clock of the duty bearer stands still while you check."),
    ),
    "action_verified": Wording(
        subject=N_("{ref}: what the community saw"),
        opening=N_("The community has checked the action that was reported done."),
        ask=N_(
            "Please read what was seen, and whether something is left to do.\nWhat is left is due on {due}."
        ),
        after=N_("Every answer stands on the record of the finding."),
    ),
    "paused": Wording(
        subject=N_("{ref}: the clock is paused"),
        opening=N_("The clock of this matter is paused."),
        ask=N_("Nothing is asked of you while it is paused."),
        after=N_("You hear of it when it runs again, with the new day."),
    ),
    "pause_ended": Wording(
        subject=N_("{ref}: the clock runs again"),
        opening=N_(
            "The pause is over and the clock runs again.\nWe are waiting for {obligation}, due {due}."
        ),
        ask=N_("Please look at what is owed.\nThe day to keep in mind is {due}."),
        after=N_("If something is in the way, tell us what it is."),
    ),
    "due_moved": Wording(
        subject=N_("{ref}: a date has moved"),
        opening=N_("A date has moved; the reason is on record.\nWe are waiting for {obligation}, due {due}."),
        ask=N_("Please note the new day.\nThe day to keep in mind is {due}."),
        after=N_("If something is in the way, tell us what it is."),
    ),
    "finding_resolved": Wording(
        subject=N_("{ref}: resolved"),
        opening=N_("The finding is resolved: the community has seen that it is put right."),
        ask=N_("Nothing more is asked. Thank you to everybody who took part."),
        after=N_("The community looks once more later whether it has stayed right."),
    ),
    "finding_closed": Wording(
        subject=N_("{ref}: closed"),
        opening=N_("The finding is closed; the reason is on record."),
        ask=N_("Nothing more is asked."),
        after=N_("It can be opened again if people meet the same again."),
    ),
    "finding_reopened": Wording(
        subject=N_("{ref}: open again"),
        opening=N_(
            "The finding is open again; the reason is on record.\nWe are waiting for {obligation}, due {due}."
        ),
        ask=N_("Please tell us what will be done, and by when.\nThe day to keep in mind is {due}."),
        after=N_("{otherwise}\nIf something is in the way, tell us what it is."),
    ),
    "brake_set": Wording(
        subject=N_("{programme}: stage steps are held"),
        opening=N_("The engine holds stage steps until a coordinator has looked at them."),
        ask=N_("Please look at them today, and release those that are right."),
        after=N_("What is released begins with the engine’s next turn."),
    ),
    "parked": Wording(
        subject=N_("{ref}: something could not be decided"),
        opening=N_("The engine could not decide what comes next.\nIt is about {obligation}."),
        ask=N_("Please look at it today."),
        after=N_("The engine tries again every hour."),
    ),
    "letter_undeliverable": Wording(
        subject=N_("{programme}: a letter could not be delivered"),
        opening=N_("A letter has not reached its reader; what the server answered stands below."),
        ask=N_("Please check the address today, and send the letter again."),
        after=N_("Until then its reader has not been told."),
    ),
    "notices_parked": Wording(
        subject=N_("{programme}: notices wait to be put into letters"),
        opening=N_("Some notices could not be put into letters; what is wrong stands below."),
        ask=N_("Please tell whoever runs the program today."),
        after=N_("They are tried again every hour; until then their readers have not been told."),
    ),
    "webhook_turned_off": Wording(
        subject=N_("{programme}: a webhook was turned off"),
        opening=N_("Another system has not taken what it was sent for days, and is sent nothing any more."),
        ask=N_("Please have that system looked at, and turn the webhook on again when it works."),
        after=N_("What happens until then is not told to it afterwards."),
    ),
    "link_returned": Wording(
        subject=N_("{ref}: a link had reached somebody else"),
        opening=N_(
            "Whoever opened the link of a letter about {ref} says that it was not meant for them; it opens nothing any more."
        ),
        ask=N_("Please check who holds the post and at which address, and correct it where it is wrong."),
        after=N_("What is owed stays owed, and the next letter goes to whoever holds the post then."),
    ),
    "link_asked_again": Wording(
        subject=N_("{ref}: your new link"),
        opening=N_("Somebody asked for a new link in place of one that had expired. Here it is, for {post}."),
        ask=N_("Please open it and answer where something is asked of you."),
        after=N_("If nobody of yours asked, you need do nothing: the link was sent to you alone."),
    ),
}
