"""In which words does a stage write to the posts that it addresses, and to those who are told of it?

Each line of a text stands by itself (`wordings.filled`). From stage to stage they grow firmer; they name no body and no number of
stages, and so hold for any ladder.
"""

from collections.abc import Mapping

from clm_tracker.delivery.letters import Wording
from clm_tracker.kernel.speech import N_

STAGES: Mapping[str, Wording] = {
    "stage_entered": Wording(
        subject=N_("{ref}: stage {stage}, {stage_name}"),
        opening=N_(
            "The matter is now at stage {stage}, {stage_name}.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}."
        ),
        ask=N_(
            "Please answer in writing: what is done, by whom and on which day.\n"
            "We ask for your answer by {next_on}."
        ),
        after=N_("{otherwise}\nEvery answer stands on the record of the finding."),
    ),
    "stage_entered.1": Wording(
        subject=N_("{ref}: a reminder, and an offer to talk"),
        opening=N_(
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "There may be a reason that we do not know."
        ),
        ask=N_(
            "Please answer, or tell us what is in the way. A call or a meeting is welcome.\n"
            "We ask for your answer by {next_on}."
        ),
        after=N_("{otherwise}\nA talk may be enough to settle it."),
    ),
    "stage_entered.2": Wording(
        subject=N_("{ref}: formal request"),
        opening=N_(
            "This is a formal letter. A reminder was sent before it.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}."
        ),
        ask=N_(
            "We formally ask for a written answer: what will be done, who does it, and on which day.\n"
            "We ask for your answer by {next_on}."
        ),
        after=N_("{otherwise}\nEvery answer stands on the record of the finding."),
    ),
    "stage_entered.3": Wording(
        subject=N_("{ref}: not settled, stage {stage}"),
        opening=N_(
            "A reminder and a formal letter have not settled this.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "The matter is now at stage {stage}, {stage_name}."
        ),
        ask=N_(
            "We ask the post that owes to act, and those who oversee it to see that it can.\n"
            "Please send an action with a day by {next_on}."
        ),
        after=N_("{otherwise}\nEvery answer stands on the record of the finding."),
    ),
    "stage_entered.4": Wording(
        subject=N_("{ref}: a decision is needed, stage {stage}"),
        opening=N_(
            "The stages before have not brought a solution.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "The matter is now at stage {stage}, {stage_name}."
        ),
        ask=N_(
            "We ask for a decision in writing: who acts, with which means, and by which day.\n"
            "Please send it by {next_on}."
        ),
        after=N_("{otherwise}\nEvery answer stands on the record of the finding."),
    ),
    "stage_entered.5": Wording(
        subject=N_("{ref}: people still wait, stage {stage}"),
        opening=N_(
            "People who come for care still meet what this finding tells.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "The matter is now at stage {stage}, {stage_name}."
        ),
        ask=N_(
            "We ask you to remove what stands in the way: by an instruction, by means, or by a change of the rule.\n"
            "Please name the step, who takes it and the day, by {next_on}."
        ),
        after=N_("{otherwise}\nEvery answer stands on the record of the finding."),
    ),
    "stage_entered.6": Wording(
        subject=N_("{ref}: request to look into the matter, stage {stage}"),
        opening=N_(
            "Letters at every stage before this one have not settled the matter.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "The matter is now at stage {stage}, {stage_name}."
        ),
        ask=N_(
            "We ask those who oversee to look into it and to tell us in writing what they find. We ask the post that owes to state what it has done.\n"
            "We ask for your answer by {next_on}."
        ),
        after=N_("{otherwise}\nThe chronology of the matter goes with this letter."),
    ),
    "stage_entered.7": Wording(
        subject=N_("{ref}: stage {stage}, and your right of reply"),
        opening=N_(
            "The matter was put to every level before this one and is not settled.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "The matter is now at stage {stage}, {stage_name}.\n"
            "Where this stage is public, your reply is made public with it."
        ),
        ask=N_(
            "You have the right of reply. Please state in writing what has been done, and what will be done.\n"
            "We ask for your answer by {next_on}."
        ),
        after=N_(
            "{otherwise}\n"
            "Your reply is shown wherever the finding is shown.\n"
            "What is said in public names posts and facts, never people who came for care."
        ),
    ),
    "stage_entered.8": Wording(
        subject=N_("{ref}: last request before formal steps, stage {stage}"),
        opening=N_(
            "Every stage before this one has passed, and the matter is not settled.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "The matter is now at stage {stage}, {stage_name}.\n"
            "The steps that follow use the formal remedies that the law and the rules of the services provide."
        ),
        ask=N_(
            "We ask you to settle the matter, or to state your position in writing, without further delay.\n"
            "We ask for your answer by {next_on}."
        ),
        after=N_(
            "The record of the finding, with every letter and every answer, goes with the matter.\n"
            "It ends as soon as the community has seen that it is put right."
        ),
    ),
    "stage_entered.community": Wording(
        subject=N_("{ref}: stage {stage}, {stage_name}"),
        opening=N_(
            "Stage {stage}, {stage_name}, has begun for {ref}.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}."
        ),
        ask=N_(
            "Where it is yours to do, please do it now, or say what is in the way.\n"
            "The next step is on {next_on}."
        ),
        after=N_("Where it is another's to do, this is for you to know."),
    ),
    "stage_proposed": Wording(
        subject=N_("{ref}: your view before stage {stage} is decided"),
        opening=N_(
            "The steering committee is asked whether stage {stage}, {stage_name}, should begin for {ref}.\n"
            "We are still waiting for {obligation}."
        ),
        ask=N_(
            "Please reply before the committee decides.\nThe committee decides on {decided_from} at the earliest."
        ),
        after=N_(
            "The steering committee decides after the right of reply, and you hear of its decision.\n"
            "Your reply is shown wherever the finding is shown."
        ),
    ),
    "stage_proposed.1": Wording(
        subject=N_("{ref}: your view before stage {stage} is decided"),
        opening=N_(
            "The steering committee is asked whether stage {stage}, {stage_name}, should begin for {ref}.\n"
            "We are still waiting for {obligation}."
        ),
        ask=N_(
            "A few lines from you before the committee decides are welcome.\n"
            "The committee decides on {decided_from} at the earliest."
        ),
        after=N_("The steering committee decides after the right of reply, and you hear of its decision."),
    ),
    "stage_proposed.2": Wording(
        subject=N_("{ref}: your view before stage {stage} is decided"),
        opening=N_(
            "The steering committee is asked whether stage {stage}, {stage_name}, should begin for {ref}.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}."
        ),
        ask=N_(
            "Please reply before the committee decides.\nThe committee decides on {decided_from} at the earliest."
        ),
        after=N_("The steering committee decides after the right of reply, and you hear of its decision."),
    ),
    "stage_proposed.3": Wording(
        subject=N_("{ref}: your view before stage {stage} is decided"),
        opening=N_(
            "The steering committee is asked whether stage {stage}, {stage_name}, should begin for {ref}.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "Letters before this one have not settled it."
        ),
        ask=N_(
            "Please reply before the committee decides.\nThe committee decides on {decided_from} at the earliest."
        ),
        after=N_(
            "The steering committee decides after the right of reply, and you hear of its decision.\n"
            "Your reply is shown wherever the finding is shown."
        ),
    ),
    "stage_proposed.4": Wording(
        subject=N_("{ref}: your view before stage {stage} is decided"),
        opening=N_(
            "The steering committee is asked whether stage {stage}, {stage_name}, should begin for {ref}.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "The stages before have not brought a solution."
        ),
        ask=N_(
            "Please tell the committee in writing, before it decides, what you will do and by when.\n"
            "The committee decides on {decided_from} at the earliest."
        ),
        after=N_(
            "The steering committee decides after the right of reply, and you hear of its decision.\n"
            "Your reply is shown wherever the finding is shown."
        ),
    ),
    "stage_proposed.5": Wording(
        subject=N_("{ref}: your right of reply before stage {stage}"),
        opening=N_(
            "The steering committee is asked whether stage {stage}, {stage_name}, should begin for {ref}.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "It could not be settled at the levels before."
        ),
        ask=N_(
            "You have the right of reply. Please use it before the committee decides: say what has been done and what will be done.\n"
            "The committee decides on {decided_from} at the earliest."
        ),
        after=N_(
            "The steering committee decides after the right of reply, and you hear of its decision.\n"
            "Your reply is shown wherever the finding is shown."
        ),
    ),
    "stage_proposed.6": Wording(
        subject=N_("{ref}: your right of reply before stage {stage}"),
        opening=N_(
            "The steering committee is asked whether stage {stage}, {stage_name}, should begin for {ref}.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "With this stage the matter goes to bodies above the services themselves."
        ),
        ask=N_(
            "You have the right of reply. Please state your position in writing before the committee decides.\n"
            "The committee decides on {decided_from} at the earliest."
        ),
        after=N_(
            "The steering committee decides after the right of reply, and you hear of its decision.\n"
            "Your reply is shown wherever the finding is shown."
        ),
    ),
    "stage_proposed.7": Wording(
        subject=N_("{ref}: your right of reply before stage {stage}"),
        opening=N_(
            "The steering committee is asked whether stage {stage}, {stage_name}, should begin for {ref}.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "Where this stage is public, nothing is made public before you could reply."
        ),
        ask=N_(
            "You have the right of reply. Please state in writing, before the committee decides, what is right, what is not, and what will be done.\n"
            "The committee decides on {decided_from} at the earliest."
        ),
        after=N_(
            "The steering committee decides after the right of reply, and you hear of its decision.\n"
            "Your reply is shown wherever the finding is shown.\n"
            "What is said in public names posts and facts, never people who came for care."
        ),
    ),
    "stage_proposed.8": Wording(
        subject=N_("{ref}: your right of reply before stage {stage}"),
        opening=N_(
            "The steering committee is asked whether stage {stage}, {stage_name}, should begin for {ref}.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}.\n"
            "Every stage before this one has passed, and the matter is not settled."
        ),
        ask=N_(
            "This is your right of reply before formal steps are decided. Please settle the matter, or state your position in writing, without further delay.\n"
            "The committee decides on {decided_from} at the earliest."
        ),
        after=N_(
            "The steering committee decides after the right of reply, and you hear of its decision.\n"
            "Your reply is shown wherever the finding is shown.\n"
            "It ends as soon as the community has seen that it is put right."
        ),
    ),
    "stage_proposed.community": Wording(
        subject=N_("{ref}: stage {stage} is before the committee"),
        opening=N_(
            "Stage {stage}, {stage_name}, is proposed for {ref}.\n"
            "We are still waiting for {obligation}.\n"
            "It was due on {due}."
        ),
        ask=N_(
            "Please approve it, put it off or refuse it at your next meeting, or sooner.\n"
            "After the right of reply it can be approved, from {decided_from} on."
        ),
        after=N_("A public stage needs a risk check, the right of reply and two approvals."),
    ),
}
