"""Does a template ask only for what its page declares? Read from the templates themselves, without rendering any."""

import dataclasses
import types
from collections.abc import Iterator, Mapping
from typing import Any, Union, get_args, get_origin, get_type_hints

from jinja2 import Environment, meta, nodes

from clm_tracker.web.render import GLOBAL_NAMES, SHARED_NAMES, Shared, Templated

Scope = Mapping[str, Any]


def parsed(environment: Environment, name: str) -> nodes.Template:
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, name)
    return environment.parse(source, name)


def family(environment: Environment, name: str) -> Iterator[tuple[str, nodes.Template]]:
    """A template, what it extends, and what those include, each with its name."""
    tree = parsed(environment, name)
    yield name, tree
    for other in meta.find_referenced_templates(tree):
        assert other is not None, f"{name} chooses a template at run time; name it"
        yield from family(environment, other)


def asked(environment: Environment, name: str) -> set[str]:
    """Every name that a template and its family take from outside."""
    return {n for _, tree in family(environment, name) for n in meta.find_undeclared_variables(tree)}


def complaints(environment: Environment, page: type[Templated]) -> list[str]:
    """What the template asks for that is not there, and what is there that it never asks for."""
    own = {f.name for f in dataclasses.fields(page)}
    wanted = asked(environment, page.template)
    said = [f"{page.template} asks for {n!r}" for n in sorted(wanted - own - SHARED_NAMES - GLOBAL_NAMES)]
    said += [f"{page.__name__}.{n} is shown nowhere" for n in sorted(own - wanted)]
    said += [f"{page.__name__}.{n} hides a shared name" for n in sorted(own & (SHARED_NAMES | GLOBAL_NAMES))]
    scope = {**get_type_hints(Shared), **get_type_hints(page)}
    for name, tree in family(environment, page.template):
        said += [f"{name}: {wrong}" for wrong in _walk(tree, scope)]
    return said


def _walk(node: nodes.Node, scope: Scope) -> Iterator[str]:
    """Attributes that their dataclass does not have, also in branches that no example reaches."""
    if isinstance(node, nodes.For):
        yield from _walk(node.iter, scope)
        inner = dict(scope)
        for target in node.find_all(nodes.Name):
            if target.ctx == "store":
                inner.pop(target.name, None)
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = _element(_type(node.iter, scope))
        for child in (*node.body, *node.else_):
            yield from _walk(child, inner)
        return
    if isinstance(node, nodes.Getattr):
        owner = _plain(_type(node.node, scope))
        if dataclasses.is_dataclass(owner) and not hasattr(owner, node.attr):
            names = {f.name for f in dataclasses.fields(owner)}
            if node.attr not in names:
                yield f"line {node.lineno}: {getattr(owner, '__name__', owner)} has no {node.attr!r}"
    for child in node.iter_child_nodes():
        yield from _walk(child, scope)


def _type(node: nodes.Node, scope: Scope) -> Any:  # noqa: ANN401 - a type, in any of its forms
    if isinstance(node, nodes.Name):
        return scope.get(node.name)
    if isinstance(node, nodes.Getattr):
        owner = _plain(_type(node.node, scope))
        if not dataclasses.is_dataclass(owner) or not isinstance(owner, type):
            return None
        held = getattr(owner, node.attr, None)
        if isinstance(held, property) and held.fget is not None:
            return get_type_hints(held.fget).get("return")
        return get_type_hints(owner).get(node.attr)
    return None


def _plain(hint: Any) -> Any:  # noqa: ANN401 - a type, in any of its forms
    """`X` for `X | None`."""
    if get_origin(hint) in {Union, types.UnionType}:
        rest = [a for a in get_args(hint) if a is not type(None)]
        return rest[0] if len(rest) == 1 else None
    return hint


def _element(hint: Any) -> Any:  # noqa: ANN401 - a type, in any of its forms
    """`X` for `tuple[X, ...]`."""
    hint = _plain(hint)
    arguments = get_args(hint)
    return arguments[0] if get_origin(hint) in {tuple, list} and arguments else None
