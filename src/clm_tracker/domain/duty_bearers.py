"""Which post answers for this, who holds it on a day, and who stands above it? (R3, R4, R29)"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from clm_tracker.domain import names
from clm_tracker.domain.places import Area, from_the_top, signs, upwards
from clm_tracker.kernel.refusals import invalid
from clm_tracker.kernel.sayings import Saying, saying
from clm_tracker.kernel.speech import _, language


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A person in a post from one day to another (inclusive; None: still)."""

    name: str
    from_on: date
    to_on: date | None = None
    person_id: UUID | None = None

    def on(self, day: date) -> bool:
        """Does the person hold the post on this day?"""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A duty bearer: a post obliged to put things right. No themes means all themes; `titles` and `institutions` are by language."""

    id: UUID
    title: str
    institution: str
    level: str
    area_id: UUID | None = None
    site_id: UUID | None = None
    superior_id: UUID | None = None
    themes: frozenset[UUID] = frozenset()
    holders: tuple[Holder, ...] = ()
    from_on: date | None = None
    to_on: date | None = None
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    institutions: Mapping[str, str] = field(default_factory=dict, hash=False)
    version: int = 1

    @property
    def name(self) -> str:
        """The post as people write it, and as the record keeps it: "Director, Battambang Referral Hospital"."""
        return names.of_post(self.title, self.institution)

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said_post(self.title, self.institution, self.titles, self.institutions)

    def exists_on(self, day: date) -> bool:
        """Is the post valid on this day?"""
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day <= self.to_on)

    def ended_before(self, day: date) -> bool:
        """Is it over by this day? One that begins later is not."""
        return self.to_on is not None and self.to_on < day

    def held_on(self, day: date) -> bool:
        """Is somebody in the post on this day?"""
        return any(h.on(day) for h in self.holders)


def superiors(post_id: UUID, posts: Mapping[UUID, Post]) -> tuple[UUID, ...]:
    """The posts above, nearest first. A loop ends where it would begin again."""
    chain: list[UUID] = []
    above = posts[post_id].superior_id if post_id in posts else None
    while above is not None and above in posts and above not in chain and above != post_id:
        chain.append(above)
        above = posts[above].superior_id
    return tuple(chain)


def would_loop(post_id: UUID, superior_id: UUID, posts: Mapping[UUID, Post]) -> bool:
    """Would making this the superior close a circle?"""
    return superior_id == post_id or post_id in superiors(superior_id, posts)


def common_superior(one: UUID, other: UUID, posts: Mapping[UUID, Post]) -> UUID | None:
    """The nearest post above both (R4)."""
    above = (other, *superiors(other, posts))
    return next((p for p in superiors(one, posts) if p in above), None)


def route(
    *,
    theme_id: UUID | None,
    site_id: UUID | None,
    area_id: UUID | None,
    posts: Mapping[UUID, Post],
    areas: Mapping[UUID, Area],
    day: date,
) -> UUID | None:
    """The duty bearer for a finding (R3): at the site, else in the nearest area upwards; a post for the theme first."""

    def best(found: list[Post]) -> UUID | None:
        fits = [p for p in found if p.exists_on(day) and (not p.themes or theme_id in p.themes)]
        return min(fits, key=lambda p: (not p.themes, str(p.id))).id if fits else None

    if site_id is not None and (at_site := best([p for p in posts.values() if p.site_id == site_id])):
        return at_site
    for area in upwards(area_id, areas):
        if here := best([p for p in posts.values() if p.area_id == area and p.site_id is None]):
            return here
    return None


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a stage reaches: posts, roles of the programme, and a sentence when a vacant post was passed over."""

    posts: tuple[UUID, ...] = ()
    names: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    fell_through: Saying | None = None


@dataclass(slots=True)
class Directory:
    """The posts and areas valid on one day; answers are kept, since a sweep asks the same thing often."""

    posts: Mapping[UUID, Post]
    areas: Mapping[UUID, Area]
    day: date
    _found: dict[tuple[str, UUID | None, UUID | None], Addressed] = field(default_factory=dict)
    _tree: tuple[tuple[Area, int], ...] | None = None
    _told: dict[str, dict[UUID, str]] = field(default_factory=dict)
    _named: dict[str, Post] | None = None

    @property
    def tree(self) -> tuple[tuple[Area, int], ...]:
        """The areas from the top down, each with how deep it lies."""
        if self._tree is None:
            self._tree = from_the_top(self.areas)
        return self._tree

    def told(self, area_id: UUID) -> str | None:
        """An area's name in the language of the moment, with what tells it from those that read alike; None for no area."""
        if (told := self._told.get(language())) is None:
            read = {area.id: area.said for area in self.areas.values()}
            alike = names.apart(read, lambda one: signs(one, self.areas))
            told = {one: names.with_signs(name, alike.get(one, ())) for one, name in read.items()}
            self._told[language()] = told
        return told.get(area_id)

    def said(self, kept: str) -> str:
        """A post's name as the record keeps it, in the language of the moment while a post is called so."""
        if self._named is None:
            self._named = {post.name: post for post in self.posts.values()}
        post = self._named.get(kept)
        return post.said if post else kept

    def must_exist(self, post: UUID) -> None:
        """Raise Invalid when there is no such duty bearer in the programme, or none any more."""
        found = self.posts.get(post)
        if found is None:
            raise invalid("duty_bearer", _("There is no such duty bearer in this programme."))
        if found.ended_before(self.day):
            raise invalid(
                "duty_bearer", _("This duty bearer exists no more. Choose the one that answers today.")
            )

    def address(self, to: str, owner: UUID | None, area_id: UUID | None) -> Addressed:
        """Who is meant by `to` (the words of `ladders.Stage.addresses`), for an obligation of `owner` in `area_id`."""
        key = (to, owner, area_id)
        if key not in self._found:
            self._found[key] = self._address(to, owner, area_id)
        return self._found[key]

    def _address(self, to: str, owner: UUID | None, area_id: UUID | None) -> Addressed:
        word, _, rest = to.partition(":")
        match word:
            case "committee" | "coordinator" | "advocates":
                return Addressed(roles=(word,))
            case "contacts":
                return Addressed(names=(rest,))
            case "owner":
                return self._held(owner) if owner else Addressed(roles=("owner",))
            case "superior" if owner:
                chain = superiors(owner, self.posts)
                return self._held(chain[min(int(rest), len(chain)) - 1] if chain else owner)
            case "level":
                return self._held(self._at_level(rest, owner, area_id))
            case _:
                return self._held(owner)

    def _at_level(self, level: str, owner: UUID | None, area_id: UUID | None) -> UUID | None:
        own = self.posts.get(owner) if owner else None
        if own is not None and own.level == level and own.exists_on(self.day):
            return owner
        around = upwards(area_id, self.areas)
        # A post of one site answers for that site alone: nobody else's finding is told to it.
        sites = {None, own.site_id if own else None}
        here = [
            p
            for p in self.posts.values()
            if p.level == level and p.site_id in sites and p.exists_on(self.day)
        ]
        for area in around:
            if found := sorted(
                (p for p in here if p.area_id == area), key=lambda p: (p.site_id is not None, str(p.id))
            ):
                return found[0].id
        if owner is not None:
            chain = superiors(owner, self.posts)
            if found_above := next((p for p in chain if self.posts[p].level == level), None):
                return found_above
            # No post at this level for this area: the nearest one above the duty bearer is asked instead.
            if chain:
                return chain[0]
        everywhere = sorted((p for p in here if p.area_id is None), key=lambda p: str(p.id))
        return everywhere[0].id if everywhere else owner

    def _held(self, post_id: UUID | None) -> Addressed:
        """The post, or the nearest held one above it when it is vacant (R29)."""
        if post_id is None or post_id not in self.posts:
            return Addressed(
                roles=("coordinator",),
                fell_through=saying("No duty bearer is named; the coordinator was told."),
            )
        post = self.posts[post_id]
        if post.held_on(self.day):
            return Addressed((post_id,), (post.name,))
        for above in superiors(post_id, self.posts):
            if self.posts[above].held_on(self.day):
                name = self.posts[above].name
                return Addressed(
                    (above,),
                    (name,),
                    (),
                    saying("{post} is vacant; {other} was told instead.", post=post.name, other=name),
                )
        return Addressed(
            (post_id,),
            (post.name,),
            ("coordinator",),
            saying("{post} and every post above it are vacant; the coordinator was told.", post=post.name),
        )
