"""What is the demonstration's programme: its name, days, rounds, themes and words for who is affected?"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from clm_tracker.commands.intake.previews import File
from clm_tracker.intake.records import Import

TIMEZONE = "Asia/Phnom_Penh"
LANGUAGES = ("en", "km", "fr")

#: The moving clock starts here, and stops at the demonstration's "today" (both 08:00 in Phnom Penh).
STARTS_AT = datetime(2025, 7, 1, 1, 0, tzinfo=UTC)
TODAY_AT = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Programme:
    """Who monitors. `reference_prefix` opens every finding's reference."""

    name: str
    name_km: str
    name_fr: str
    reference_prefix: str
    country: str
    address: str


@dataclass(frozen=True, slots=True)
class Theme:
    """One thematic area, in both languages."""

    key: str
    name: str
    name_km: str


@dataclass(frozen=True, slots=True)
class Group:
    """People a finding is about, in people-first words."""

    key: str
    name: str
    name_km: str


@dataclass(frozen=True, slots=True)
class Round:
    """A monitoring round: first and last day, both inside."""

    key: str
    name: str
    name_km: str
    name_fr: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Forum:
    """A meeting that a due date may be tied to."""

    key: str
    name: str
    name_km: str
    name_fr: str
    day: date
    place: str


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which the programme's office is closed besides the public holidays."""

    day: date
    name: str
    name_km: str
    name_fr: str


PROGRAMME = Programme(
    name="Community Eyes on Health (demonstration)",
    name_km="ភ្នែកសហគមន៍លើសុខភាព (គំរូសាកល្បង)",
    name_fr="Les yeux de la communauté sur la santé (démonstration)",
    reference_prefix="KH",
    country="KH",
    address="office@community-eyes.example.org",
)

THEMES = (
    Theme("prevention", "Prevention", "ការបង្ការ"),
    Theme("care", "Care and treatment", "ការថែទាំ និងព្យាបាល"),
    Theme("social", "Social protection", "គាំពារសង្គម"),
    Theme("violence", "Gender-based violence", "អំពើហិង្សាផ្អែកលើយេនឌ័រ"),
    Theme("stigma", "Stigma and discrimination", "ការមាក់ងាយ និងការរើសអើង"),
    Theme("mental", "Mental health", "សុខភាពផ្លូវចិត្ត"),
)

DIMENSIONS = ("availability", "accessibility", "acceptability", "affordability", "quality")
SEVERITIES = ("critical", "high", "standard", "systemic")
TRACKS = ("individual", "systemic")

GROUPS = (
    Group("everyone", "Everyone who uses the service", "អ្នកប្រើប្រាស់សេវាទាំងអស់"),
    Group("plhiv", "People living with HIV", "អ្នករស់នៅជាមួយមេរោគអេដស៍"),
    Group("tb", "People with tuberculosis", "អ្នកមានជំងឺរបេង"),
    Group("entertainment", "Entertainment workers", "អ្នកធ្វើការនៅកន្លែងសេវាកម្សាន្ត"),
    Group("msm", "Gay men and other men who have sex with men", "បុរសស្រឡាញ់បុរស និងបុរសរួមភេទជាមួយបុរស"),
    Group("transgender", "Transgender people", "អ្នកប្លែងភេទ"),
    Group("drugs", "People who use drugs", "អ្នកប្រើប្រាស់គ្រឿងញៀន"),
    Group("young", "Young people aged 15 to 24", "យុវជនអាយុ ១៥ ដល់ ២៤ ឆ្នាំ"),
    Group("mothers", "Pregnant women and mothers", "ស្ត្រីមានផ្ទៃពោះ និងម្តាយ"),
    Group("migrants", "Migrant and mobile workers", "ពលករចំណាកស្រុក និងចល័ត"),
    Group("older", "Older people living with HIV", "មនុស្សចាស់រស់នៅជាមួយមេរោគអេដស៍"),
    Group("disability", "People with disabilities", "ជនមានពិការភាព"),
)

ROUNDS = (
    Round(
        "2025-Q3", "Round 2025 Q3", "វដ្ត ២០២៥ ត្រីមាសទី៣", "Cycle 2025 T3", date(2025, 7, 1), date(2025, 9, 30)
    ),
    Round(
        "2025-Q4", "Round 2025 Q4", "វដ្ត ២០២៥ ត្រីមាសទី៤", "Cycle 2025 T4", date(2025, 10, 1), date(2025, 12, 31)
    ),
    Round(
        "2026-Q1", "Round 2026 Q1", "វដ្ត ២០២៦ ត្រីមាសទី១", "Cycle 2026 T1", date(2026, 1, 1), date(2026, 3, 31)
    ),
    Round(
        "2026-Q2", "Round 2026 Q2", "វដ្ត ២០២៦ ត្រីមាសទី២", "Cycle 2026 T2", date(2026, 4, 1), date(2026, 6, 30)
    ),
)

FORUMS = (
    Forum(
        "forum-2025-12",
        "Community forum, December 2025",
        "វេទិកាសហគមន៍ ខែធ្នូ ២០២៥",
        "Forum communautaire, décembre 2025",
        date(2025, 12, 11),
        "battambang",
    ),
    Forum(
        "forum-2026-04",
        "Community forum, April 2026",
        "វេទិកាសហគមន៍ ខែមេសា ២០២៦",
        "Forum communautaire, avril 2026",
        date(2026, 4, 28),
        "phnom-penh",
    ),
)

CLOSED_DAYS = (
    ClosedDay(date(2025, 9, 25), "Return from Pchum Ben", "ត្រឡប់ពីបុណ្យភ្ជុំបិណ្ឌ", "Retour de Pchum Ben"),
    ClosedDay(
        date(2025, 12, 30),
        "Office closed for stocktaking",
        "បិទការិយាល័យសម្រាប់រាប់បញ្ជីសារពើភ័ណ្ឌ",
        "Bureau fermé pour inventaire",
    ),
    ClosedDay(
        date(2025, 12, 31),
        "Office closed for stocktaking",
        "បិទការិយាល័យសម្រាប់រាប់បញ្ជីសារពើភ័ណ្ឌ",
        "Bureau fermé pour inventaire",
    ),
    ClosedDay(
        date(2026, 2, 6),
        "Monitors' yearly meeting",
        "កិច្ចប្រជុំប្រចាំឆ្នាំរបស់អ្នកតាមដាន",
        "Réunion annuelle de l’équipe de suivi",
    ),
    ClosedDay(
        date(2026, 3, 9),
        "Day after International Women's Day",
        "ថ្ងៃបន្ទាប់ពីទិវានារីអន្តរជាតិ",
        "Lendemain de la Journée des droits des femmes",
    ),
    ClosedDay(date(2026, 4, 13), "Eve of Khmer New Year", "ថ្ងៃមុនបុណ្យចូលឆ្នាំខ្មែរ", "Veille du nouvel an khmer"),
    ClosedDay(
        date(2026, 4, 17), "Return from Khmer New Year", "ត្រឡប់ពីបុណ្យចូលឆ្នាំខ្មែរ", "Retour du nouvel an khmer"
    ),
)


def round_on(day: date) -> Round:
    """The round that `day` falls in. Raises LookupError for a day outside every round."""
    for one in ROUNDS:
        if one.first_day <= day <= one.last_day:
            return one
    raise LookupError(f"No round of the demonstration includes {day.isoformat()}.")


# A list that a coordinator took in, and one that was looked at and not taken in yet: one of its rows cannot be used.
AREAS_CAME_ON = date(2025, 7, 7)
AREAS = File(
    kind=Import.AREAS,
    name="communes-moung-ruessei.csv",
    content=(
        "source_id,level,parent,name,names.km\n"
        "020601,commune,moung-ruessei,Moung,មោង\n"
        "020602,commune,moung-ruessei,Kear,គារ\n"
        "020603,commune,moung-ruessei,Prey Svay,ព្រៃស្វាយ\n"
    ).encode(),
)
LIST_CAME_ON = date(2026, 3, 13)
NEW_AREAS = File(
    kind=Import.AREAS,
    name="new-communes.csv",
    content=(
        "source_id,level,parent,name,names.km\n"
        "020604,commune,moung-ruessei,Boeung Veng,បឹងវែង\n"
        "020605,commune,moung-ruessei,Prey Svay Chrum,ព្រៃស្វាយជ្រុំ\n"
        "020606,,moung-ruessei,Srah Popul,ស្រះពពូល\n"
    ).encode(),
)
