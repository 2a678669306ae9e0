"""What are the demonstration's posts, sites and public holidays called in Khmer and in French?

Titles of posts in French name the office, which is whoever's. Khmer names of public holidays come with their days.
"""

from collections.abc import Mapping

from clm_tracker.demo.places import Area, Kind, Site

Names = Mapping[str, str]

# What the head of each kind of site is called, by language.
_HEADS = {
    Kind.HEALTH_CENTRE: ("ប្រធាន", "Responsable"),
    Kind.REFERRAL_HOSPITAL: ("នាយក", "Direction"),
    Kind.ART_CLINIC: ("ប្រធានគ្លីនិក", "Responsable de la clinique"),
    Kind.DROP_IN_CENTRE: ("អ្នកគ្រប់គ្រង", "Responsable"),
}
DIRECTOR = {"km": "ប្រធាន", "fr": "Direction"}
CHAIR = {"km": "ប្រធាន", "fr": "Présidence"}
MANAGER = {"km": "អ្នកគ្រប់គ្រង", "fr": "Responsable"}
DIRECTOR_GENERAL = {"km": "អគ្គនាយកសេវាសុខាភិបាល", "fr": "Direction générale des services de santé"}
OVERSIGHT = {
    "km": "គណៈកម្មាធិការជាតិត្រួតពិនិត្យជំនួយសុខាភិបាល",
    "fr": "Comité national de surveillance des subventions de santé",
}
MINISTRY = {"km": "ក្រសួងទទួលបន្ទុកសុខាភិបាល", "fr": "Ministère chargé de la santé"}
PROGRAMME = {
    "km": "កម្មវិធីជាតិថែទាំមេរោគអេដស៍ និងជំងឺកាមរោគ",
    "fr": "Programme national de prise en charge du VIH et des IST",
}
EQUITY_FUND = {"km": "គម្រោងជាតិសមធម៌សុខាភិបាល", "fr": "Régime national d’équité en santé"}
_ORGANISATIONS = {
    "rumduol": "Association communautaire de santé Rumduol",
    "phkay": "Groupe de proximité Phkay Preuk",
}

HOLIDAYS = {
    "International New Year Day": "Jour de l’an",
    "Day of Victory over the Genocidal Regime": "Jour de la victoire sur le régime génocidaire",
    "International Women's Rights Day": "Journée internationale des droits des femmes",
    "Khmer New Year's Day": "Nouvel an khmer",
    "International Labor Day": "Fête internationale du travail",
    "Visaka Bochea Day": "Visak Bochea",
    "HM King Norodom Sihamoni's Birthday": "Anniversaire de Sa Majesté le roi Norodom Sihamoni",
    "Royal Ploughing Ceremony": "Cérémonie du sillon sacré",
    "HM Queen Norodom Monineath Sihanouk the Queen-Mother's Birthday": (
        "Anniversaire de Sa Majesté la reine mère Norodom Monineath Sihanouk"
    ),
    "Pchum Ben Day": "Pchum Ben",
    "Constitution Day": "Jour de la Constitution",
    "HM King Norodom Sihanouk Mourning Day": "Commémoration du roi père Norodom Sihanouk",
    "HM King Norodom Sihamoni's Coronation Day": "Couronnement de Sa Majesté le roi Norodom Sihamoni",
    "Water Festival": "Fête des eaux",
    "National Independence Day": "Fête de l’indépendance",
    "Peace Day in Cambodia": "Journée de la paix au Cambodge",
}


def holiday(name: str) -> str:
    """The name of a public holiday in French; of a day that has two, both."""
    return "; ".join(HOLIDAYS.get(one, one) for one in name.split("; "))


def head(site: Site) -> Names:
    """Whoever leads a site; where an organisation runs it, the title names the site."""
    km, fr = _HEADS[site.kind]
    if not site.run_by:
        return {"km": km, "fr": fr}
    return {"km": f"{km}{site.name_km}", "fr": f"{fr}, {site.name_fr}"}


def organisation(key: str, km: str) -> Names:
    """An organisation that runs a site."""
    return {"km": km, "fr": _ORGANISATIONS[key]}


def health_department(province: Area) -> Names:
    """A province's health department; Phnom Penh is the capital."""
    of = "រាជធានី" if province.key == "phnom-penh" else "ខេត្ត"
    return {
        "km": f"មន្ទីរសុខាភិបាល{of}{province.name_km}",
        "fr": f"Direction provinciale de la santé, {province.name}",
    }


def social_department(province: Area) -> Names:
    """A province's department of social affairs."""
    return {
        "km": f"មន្ទីរសង្គមកិច្ចខេត្ត{province.name_km}",
        "fr": f"Direction provinciale des affaires sociales, {province.name}",
    }


def operational_district(district: Area) -> Names:
    """A district of the health service."""
    return {"km": f"ស្រុកប្រតិបត្តិ{district.name_km}", "fr": f"District opérationnel, {district.name}"}
