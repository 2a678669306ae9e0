"""Where does the demonstration happen: real provinces and districts, invented sites?

Coordinates of areas are rounded to about a kilometre; those of sites are invented near them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How high an area stands."""

    COUNTRY = "country"
    PROVINCE = "province"
    DISTRICT = "district"


class Kind(StrEnum):
    """What a site is."""

    HEALTH_CENTRE = "health_centre"
    REFERRAL_HOSPITAL = "referral_hospital"
    ART_CLINIC = "art_clinic"
    DROP_IN_CENTRE = "drop_in_centre"


@dataclass(frozen=True, slots=True)
class Area:
    """A unit of the administrative tree; `parent` is the key of the one above, empty for the country."""

    key: str
    parent: str
    level: Level
    name: str
    name_km: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Site:
    """A service point in a district. `run_by` is an organisation's key where no public institution runs it."""

    key: str
    district: str
    kind: Kind
    name: str
    name_km: str
    name_fr: str
    latitude: float
    longitude: float
    run_by: str = ""


KIND_NAMES = {
    Kind.HEALTH_CENTRE: ("Health Centre", "មណ្ឌលសុខភាព", "Centre de santé"),
    Kind.REFERRAL_HOSPITAL: ("Referral Hospital", "មន្ទីរពេទ្យបង្អែក", "Hôpital de référence"),
    Kind.ART_CLINIC: ("ART Clinic", "គ្លីនិក ART ", "Clinique ARV"),
    Kind.DROP_IN_CENTRE: ("Drop-in Centre", "មជ្ឈមណ្ឌលស្វាគមន៍", "Centre d’accueil"),
}


def _province(key: str, name: str, name_km: str, latitude: float, longitude: float) -> Area:
    return Area(key, "cambodia", Level.PROVINCE, name, name_km, latitude, longitude)


def _district(key: str, parent: str, name: str, name_km: str, latitude: float, longitude: float) -> Area:
    return Area(key, parent, Level.DISTRICT, name, name_km, latitude, longitude)


def _site(
    key: str,
    district: str,
    kind: Kind,
    stem: str,
    stem_km: str,
    latitude: float,
    longitude: float,
    run_by: str = "",
) -> Site:
    kind_name, kind_km, kind_fr = KIND_NAMES[kind]
    return Site(
        key,
        district,
        kind,
        f"{stem} {kind_name}",
        f"{kind_km}{stem_km}",
        f"{kind_fr} {stem}",
        latitude,
        longitude,
        run_by,
    )


COUNTRY = Area("cambodia", "", Level.COUNTRY, "Cambodia", "កម្ពុជា", 12.57, 104.99)

PROVINCES = (
    _province("phnom-penh", "Phnom Penh", "ភ្នំពេញ", 11.56, 104.92),
    _province("battambang", "Battambang", "បាត់ដំបង", 13.10, 103.20),
    _province("siem-reap", "Siem Reap", "សៀមរាប", 13.36, 103.86),
    _province("banteay-meanchey", "Banteay Meanchey", "បន្ទាយមានជ័យ", 13.59, 102.97),
    _province("kampong-cham", "Kampong Cham", "កំពង់ចាម", 11.99, 105.46),
    _province("preah-sihanouk", "Preah Sihanouk", "ព្រះសីហនុ", 10.63, 103.52),
    _province("kandal", "Kandal", "កណ្តាល", 11.48, 104.95),
    _province("takeo", "Takeo", "តាកែវ", 10.99, 104.78),
    _province("kampot", "Kampot", "កំពត", 10.61, 104.18),
    _province("pursat", "Pursat", "ពោធិ៍សាត់", 12.54, 103.92),
    _province("svay-rieng", "Svay Rieng", "ស្វាយរៀង", 11.09, 105.80),
    _province("kampong-thom", "Kampong Thom", "កំពង់ធំ", 12.71, 104.89),
)

DISTRICTS = (
    _district("tuol-kouk", "phnom-penh", "Tuol Kouk", "ទួលគោក", 11.58, 104.90),
    _district("mean-chey", "phnom-penh", "Mean Chey", "មានជ័យ", 11.52, 104.92),
    _district("chamkar-mon", "phnom-penh", "Chamkar Mon", "ចំការមន", 11.54, 104.92),
    _district("saensokh", "phnom-penh", "Saensokh", "សែនសុខ", 11.60, 104.87),
    _district("battambang-city", "battambang", "Battambang", "បាត់ដំបង", 13.10, 103.20),
    _district("thma-koul", "battambang", "Thma Koul", "ថ្មគោល", 13.27, 103.08),
    _district("moung-ruessei", "battambang", "Moung Ruessei", "មោងឫស្សី", 12.77, 103.45),
    _district("sangkae", "battambang", "Sangkae", "សង្កែ", 13.06, 103.28),
    _district("siem-reap-city", "siem-reap", "Siem Reap", "សៀមរាប", 13.36, 103.86),
    _district("puok", "siem-reap", "Puok", "ពួក", 13.44, 103.73),
    _district("kralanh", "siem-reap", "Kralanh", "ក្រឡាញ់", 13.58, 103.41),
    _district("soutr-nikom", "siem-reap", "Soutr Nikom", "សូទ្រនិគម", 13.30, 104.11),
    _district("serei-saophoan", "banteay-meanchey", "Serei Saophoan", "សិរីសោភ័ណ", 13.59, 102.97),
    _district("paoy-paet", "banteay-meanchey", "Paoy Paet", "ប៉ោយប៉ែត", 13.66, 102.56),
    _district("mongkol-borei", "banteay-meanchey", "Mongkol Borei", "មង្គលបូរី", 13.54, 103.02),
    _district("kampong-cham-city", "kampong-cham", "Kampong Cham", "កំពង់ចាម", 11.99, 105.46),
    _district("batheay", "kampong-cham", "Batheay", "បាធាយ", 11.99, 104.95),
    _district("prey-chhor", "kampong-cham", "Prey Chhor", "ព្រៃឈរ", 12.05, 105.25),
    _district("preah-sihanouk-city", "preah-sihanouk", "Preah Sihanouk", "ព្រះសីហនុ", 10.63, 103.52),
    _district("prey-nob", "preah-sihanouk", "Prey Nob", "ព្រៃនប់", 10.67, 103.78),
    _district("stueng-hav", "preah-sihanouk", "Stueng Hav", "ស្ទឹងហាវ", 10.73, 103.63),
    _district("ta-khmau", "kandal", "Ta Khmau", "តាខ្មៅ", 11.48, 104.95),
    _district("kien-svay", "kandal", "Kien Svay", "កៀនស្វាយ", 11.48, 105.03),
    _district("kaoh-thum", "kandal", "Kaoh Thum", "កោះធំ", 11.15, 105.05),
    _district("doun-kaev", "takeo", "Doun Kaev", "ដូនកែវ", 10.99, 104.78),
    _district("bati", "takeo", "Bati", "បាទី", 11.25, 104.77),
    _district("kiri-vong", "takeo", "Kiri Vong", "គិរីវង់", 10.65, 104.83),
    _district("kampot-city", "kampot", "Kampot", "កំពត", 10.61, 104.18),
    _district("chhuk", "kampot", "Chhuk", "ឈូក", 10.83, 104.46),
    _district("kampong-trach", "kampot", "Kampong Trach", "កំពង់ត្រាច", 10.57, 104.47),
    _district("pursat-city", "pursat", "Pursat", "ពោធិ៍សាត់", 12.53, 103.92),
    _district("bakan", "pursat", "Bakan", "បាកាន", 12.63, 103.77),
    _district("krakor", "pursat", "Krakor", "ក្រគរ", 12.50, 104.17),
    _district("svay-rieng-city", "svay-rieng", "Svay Rieng", "ស្វាយរៀង", 11.09, 105.80),
    _district("bavet", "svay-rieng", "Bavet", "បាវិត", 11.07, 106.14),
    _district("romeas-haek", "svay-rieng", "Romeas Haek", "រមាសហែក", 11.28, 105.80),
    _district("stueng-saen", "kampong-thom", "Stueng Saen", "ស្ទឹងសែន", 12.71, 104.89),
    _district("baray", "kampong-thom", "Baray", "បារាយណ៍", 12.41, 105.09),
    _district("stoung", "kampong-thom", "Stoung", "ស្ទោង", 12.92, 104.58),
)

AREAS = (COUNTRY, *PROVINCES, *DISTRICTS)

_HC, _RH, _ART, _DIC = Kind.HEALTH_CENTRE, Kind.REFERRAL_HOSPITAL, Kind.ART_CLINIC, Kind.DROP_IN_CENTRE

SITES = (
    _site("srah-chhuk", "tuol-kouk", _HC, "Srah Chhuk", "ស្រះឈូក", 11.5812, 104.8967),
    _site("samaki", "chamkar-mon", _ART, "Samaki", "សាមគ្គី", 11.5447, 104.9188),
    _site("rumduol", "mean-chey", _DIC, "Rumduol", "រំដួល", 11.5231, 104.9126, "rumduol"),
    _site("tonle-meas", "mean-chey", _RH, "Tonle Meas", "ទន្លេមាស", 11.5176, 104.9233),
    _site("kbal-thnal-thmei", "saensokh", _HC, "Kbal Thnal Thmei", "ក្បាលថ្នល់ថ្មី", 11.6048, 104.8661),
    _site("chey-udam", "battambang-city", _RH, "Chey Udam", "ជ័យឧត្តម", 13.0981, 103.2064),
    _site("sangkhum-thmei", "battambang-city", _ART, "Sangkhum Thmei", "សង្គមថ្មី", 13.0922, 103.1987),
    _site("anlong-svay", "thma-koul", _HC, "Anlong Svay", "អន្លង់ស្វាយ", 13.2667, 103.0751),
    _site("prey-sralau", "moung-ruessei", _HC, "Prey Sralau", "ព្រៃស្រឡៅ", 12.7719, 103.4437),
    _site("boeng-rumchang", "sangkae", _HC, "Boeng Rumchang", "បឹងរំចង់", 13.0573, 103.2862),
    _site("mlub-chrey", "battambang-city", _DIC, "Mlub Chrey", "ម្លប់ជ្រៃ", 13.1034, 103.1943, "rumduol"),
    _site("phnom-meas", "siem-reap-city", _RH, "Phnom Meas", "ភ្នំមាស", 13.3661, 103.8547),
    _site("bopha-thmei", "siem-reap-city", _ART, "Bopha Thmei", "បុប្ផាថ្មី", 13.3578, 103.8629),
    _site("ou-ruessei", "puok", _HC, "Ou Ruessei", "អូរឫស្សី", 13.4433, 103.7261),
    _site("tuol-ampil", "kralanh", _HC, "Tuol Ampil", "ទួលអំពិល", 13.5767, 103.4152),
    _site("don-trei", "soutr-nikom", _HC, "Don Trei", "ដូនត្រី", 13.2956, 104.1073),
    _site("svay-chek-lech", "serei-saophoan", _ART, "Svay Chek Lech", "ស្វាយចេកលិច", 13.5842, 102.9788),
    _site("spean-dek", "paoy-paet", _HC, "Spean Dek", "ស្ពានដែក", 13.6563, 102.5687),
    _site("phkay-preuk", "paoy-paet", _DIC, "Phkay Preuk", "ផ្កាយព្រឹក", 13.6608, 102.5594, "phkay"),
    _site("chrouy-sdau", "mongkol-borei", _RH, "Chrouy Sdau", "ជ្រោយស្តៅ", 13.5417, 103.0243),
    _site("koh-sdach-tonle", "kampong-cham-city", _RH, "Koh Sdach Tonle", "កោះស្តេចទន្លេ", 11.9967, 105.4589),
    _site("dambouk-khpos", "kampong-cham-city", _ART, "Dambouk Khpos", "ដំបូកខ្ពស់", 11.9894, 105.4677),
    _site("tang-krang", "batheay", _HC, "Tang Krang", "តាំងក្រង់", 11.9948, 104.9461),
    _site("trapeang-chuk", "prey-chhor", _HC, "Trapeang Chuk", "ត្រពាំងឈូក", 12.0527, 105.2468),
    _site("kampong-ksach", "preah-sihanouk-city", _RH, "Kampong Ksach", "កំពង់ខ្សាច់", 10.6254, 103.5276),
    _site("rolok-samut", "preah-sihanouk-city", _DIC, "Rolok Samut", "រលកសមុទ្រ", 10.6317, 103.5183, "phkay"),
    _site("veal-meas", "prey-nob", _HC, "Veal Meas", "វាលមាស", 10.6723, 103.7764),
    _site("ou-taki", "stueng-hav", _HC, "Ou Ta Ki", "អូរតាគី", 10.7268, 103.6347),
    _site("daeum-mien-chas", "ta-khmau", _RH, "Daeum Mien Chas", "ដើមមៀនចាស់", 11.4863, 104.9427),
    _site("phum-kandal-kraom", "kien-svay", _HC, "Phum Kandal Kraom", "ភូមិកណ្តាលក្រោម", 11.4778, 105.0341),
    _site("preaek-thmei", "kaoh-thum", _HC, "Preaek Thmei", "ព្រែកថ្មី", 11.1537, 105.0468),
    _site("phnom-srov", "doun-kaev", _ART, "Phnom Srov", "ភ្នំស្រូវ", 10.9934, 104.7879),
    _site("tuol-tbaeng", "bati", _HC, "Tuol Tbaeng", "ទួលត្បែង", 11.2541, 104.7672),
    _site("preah-bat-choan", "kiri-vong", _RH, "Preah Bat Choan", "ព្រះបាទជាន់", 10.6483, 104.8337),
    _site("thvear-tuek", "kampot-city", _RH, "Thvear Tuek", "ទ្វារទឹក", 10.6138, 104.1786),
    _site("krang-sbov", "chhuk", _HC, "Krang Sbov", "ក្រាំងស្បូវ", 10.8276, 104.4627),
    _site("damnak-trayoeng", "kampong-trach", _HC, "Damnak Trayoeng", "ដំណាក់ត្រយឹង", 10.5672, 104.4733),
    _site("phteah-prey", "pursat-city", _ART, "Phteah Prey", "ផ្ទះព្រៃ", 12.5367, 103.9163),
    _site("boeng-kantuot", "bakan", _HC, "Boeng Kantuot", "បឹងកន្ទួត", 12.6284, 103.7737),
    _site("kbal-trach", "krakor", _HC, "Kbal Trach", "ក្បាលត្រាច", 12.5028, 104.1658),
    _site("chek-tum", "svay-rieng-city", _RH, "Chek Tum", "ចេកទុំ", 11.0913, 105.8027),
    _site("prasat-tiek", "bavet", _HC, "Prasat Tiek", "ប្រាសាទទៀក", 11.0683, 106.1372),
    _site("kok-pring", "romeas-haek", _HC, "Kok Pring", "គោកព្រីង", 11.2763, 105.8042),
    _site("srayov-thmei", "stueng-saen", _RH, "Srayov Thmei", "ស្រយូវថ្មី", 12.7143, 104.8927),
    _site("chong-dong", "baray", _HC, "Chong Dong", "ចុងដូង", 12.4138, 105.0867),
    _site("msar-krang", "stoung", _HC, "Msar Krang", "ម្សារក្រង់", 12.9174, 104.5836),
)

_AREA_OF = {one.key: one for one in AREAS}
_SITE_OF = {one.key: one for one in SITES}


def is_site(place: str) -> bool:
    """Whether the key names a site rather than an area."""
    return place in _SITE_OF


def site(key: str) -> Site:
    """The site with this key. Raises KeyError when there is none."""
    return _SITE_OF[key]


def area(key: str) -> Area:
    """The area with this key. Raises KeyError when there is none."""
    return _AREA_OF[key]


def province_of(place: str) -> str:
    """The key of the province that a site or area lies in; empty for the country. Raises KeyError when unknown."""
    key = _SITE_OF[place].district if place in _SITE_OF else place
    while key and _AREA_OF[key].level is not Level.PROVINCE:
        key = _AREA_OF[key].parent
    return key
