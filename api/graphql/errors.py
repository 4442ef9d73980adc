"""Every error of the GraphQL door as JSON: a stable code, a text in the caller's language.

Invariant: no text repeats a value that the caller sent, suggests a name, or quotes an exception. What nobody foresaw is
INTERNAL with the request's id, and is logged by the exception's class and place only.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from graphql import GraphQLError
from graphql.language import ValueNode, VariableNode

from api.logs import REQUEST_ID, places
from enforcement.rules.refusals import RuleBroken
from schema.messages import message as refusal_text

_LOG: Final = logging.getLogger(__name__)

MOST_ERRORS: Final = 10
"""Of one response."""
_MOST_LOCATIONS: Final = 5
"""Of one error: three hundred arguments of one name are one error."""


class Text(NamedTuple):
    """HTTP status, Chinese, English."""

    status: int
    zh: str
    en: str


_TEXTS: Final[Mapping[str, tuple[int, str, str]]] = {
    "NOT_SIGNED_IN": (401, "请先登录。", "Sign in first."),
    "TOKEN_EXPIRED": (401, "登录已过期，请重新登录。", "The sign-in has expired: sign in again."),
    "TOKEN_REJECTED": (401, "登录凭证无效。", "The token is not valid here."),
    "SIGN_IN_UNAVAILABLE": (503, "身份认证服务暂时不可用。", "The identity provider cannot be reached now."),
    "ORIGIN_FORBIDDEN": (403, "该网页无权访问本服务。", "Pages of this origin may not call here."),
    "PATH_UNKNOWN": (404, "没有这个地址，请使用 /graphql。", "There is nothing here: use /graphql."),
    "METHOD_NOT_ALLOWED": (
        405,
        "只接受 POST 请求；GET 仅可执行已登记且不含标识变量的查询。",
        "POST is accepted; GET only for stored queries without identifiers among their variables.",
    ),
    "NOT_ACCEPTABLE": (406, "只能以 JSON 应答。", "Answers are JSON only."),
    "HEAD_TOO_SLOW": (408, "请求头未在规定时间内收到。", "The head of the request did not arrive in time."),
    "BODY_TOO_SLOW": (408, "请求体未在规定时间内收到。", "The request body did not arrive in time."),
    "BODY_TOO_LARGE": (413, "请求体过大。", "The request body is too large."),
    "HEAD_TOO_LARGE": (431, "请求头过大。", "The head of the request is too large."),
    "ADDRESS_TOO_LONG": (414, "请求地址过长。", "The address is too long: use POST."),
    "UNSUPPORTED_MEDIA_TYPE": (
        415,
        "请求体应为未压缩的 application/json（UTF-8）。",
        "The body must be application/json in UTF-8, not compressed.",
    ),
    "MALFORMED_REQUEST": (
        400,
        "请求体不是合法的 GraphQL 请求。",
        "This is no GraphQL request: an object with a text `query` or `documentId`, and an object `variables` if any.",
    ),
    "DOCUMENT_UNKNOWN": (404, "没有登记该文档。", "No document is stored under this id."),
    "DOCUMENT_NOT_TRUSTED": (403, "只执行已登记的文档。", "Only stored documents are executed here."),
    "PERSISTED_QUERY_NOT_FOUND": (404, "PersistedQueryNotFound", "PersistedQueryNotFound"),
    "PERSISTED_QUERY_NOT_SUPPORTED": (404, "PersistedQueryNotSupported", "PersistedQueryNotSupported"),
    "DOCUMENT_SYNTAX": (400, "此处语法有误。", "The document cannot be parsed here."),
    "DOCUMENT_TOO_LARGE": (400, "查询文档超出限制。", "The document exceeds a limit."),
    "DOCUMENT_INVALID": (400, "查询文档与模式不符。", "The document does not fit the schema here."),
    "IDENTIFIER_MUST_BE_VARIABLE": (
        400,
        "身份号码、案号等标识及自由文本须以变量传入，不得写在文档中。",
        "Identifiers and free text are passed as variables, never written in the document.",
    ),
    "INTROSPECTION_FORBIDDEN": (
        400,
        "仅前端开发者可以查询模式。",
        "Only front-end developers may introspect the schema.",
    ),
    "OPERATION_UNKNOWN": (400, "无法确定要执行的操作。", "It is not clear which operation to run."),
    "SUBSCRIPTION_OVER_HTTP": (
        400,
        "订阅请使用 WebSocket，或接受 text/event-stream。",
        "Subscriptions run over the WebSocket, or accept text/event-stream.",
    ),
    "VARIABLES_INVALID": (400, "变量与其类型不符。", "A variable does not fit its type."),
    "SELECTION_NOT_SENDABLE": (
        400,
        "所选内容过大或含有变量，无法发往其他法院。",
        "The selection is too large to be asked of other courts, or has variables inside.",
    ),
    "CHARACTER_NOT_ALLOWED": (
        400,
        "文本中含有不允许的字符（U+0000）。",
        "A text holds a character that is not allowed: U+0000.",
    ),
    "VARIABLES_TOO_LARGE": (400, "变量超出限制。", "The variables exceed a limit."),
    "TOO_MANY_OPERATIONS": (400, "此连接同时执行的操作过多。", "This connection runs too many operations at once."),
    "TOO_MANY_CONNECTIONS": (429, "同时保持的连接过多。", "This caller holds too many connections at once."),
    "TOO_MANY_REQUESTS": (429, "请求过于频繁，请稍后再试。", "Too many requests: try again later."),
    "INTERNAL": (500, "服务内部错误，已记录。", "Something failed here; it has been logged."),
}

TEXTS: Final = {code: Text(*parts) for code, parts in _TEXTS.items()}

_EXPECTED: Final = re.compile(r"^Expected (?:a )?value of (?:non-null )?type '([\w!\[\]]+)'")
_NAMES_ONLY: Final = re.compile(
    r"^(?:Cannot query field '\w+' on type '\w+'|Unknown (?:argument|type|directive|fragment|operation) "
    r"|Field '[\w.]+' |Variable '\$\w+' (?:is not defined|is never used|of type )|Fragment '\w+' |Fragment cannot be "
    r"|There can be only one |Directive '@\w+' |Argument '\w+' of required type "
    r"|Anonymous |This anonymous operation |Subscription )"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One error as it will be written."""

    code: str
    locations: Sequence[Any] = ()
    path: Sequence[str | int] | None = None
    text: str | None = None  # instead of the code's own
    extensions: dict[str, Any] = field(default_factory=dict)

    def json(self, language: str) -> dict[str, Any]:
        """The error as the GraphQL specification shapes it."""
        result: dict[str, Any] = {"message": self.text or text(self.code, language)}
        if self.locations:
            result["locations"] = [{"line": at.line, "column": at.column} for at in self.locations[:_MOST_LOCATIONS]]
        if self.path is not None:
            result["path"] = list(self.path)
        result["extensions"] = {**self.extensions, "code": self.code}
        return result


class RequestRefused(Exception):
    """The request was not executed: nothing was read or written."""

    def __init__(self, *entries: Entry, status: int | None = None) -> None:
        super().__init__(*(entry.code for entry in entries))
        self.entries = entries
        self.status = status or (TEXTS[entries[0].code].status if entries[0].code in TEXTS else 400)


def refused(code: str, **extensions: Any) -> RequestRefused:
    """One refusal by its code."""
    return RequestRefused(Entry(code, extensions=extensions))


def text(code: str, language: str) -> str:
    """The text of `code`, ours or a rule's."""
    if code in TEXTS:
        return TEXTS[code].zh if language == "zh" else TEXTS[code].en
    try:
        return refusal_text(code, language)
    except KeyError:
        return code


def syntax_entry(error: GraphQLError) -> Entry:
    """A parse error: where, never what stood there."""
    return Entry("DOCUMENT_SYNTAX", error.locations or ())


def literal_entry(argument: str, node: ValueNode) -> Entry:
    """A literal that must be a variable: of which argument and where, never what it says."""
    locations = () if node.loc is None else (node.loc.start_token,)
    return Entry("IDENTIFIER_MUST_BE_VARIABLE", locations, extensions={"argument": argument})


def validation_entry(error: GraphQLError) -> Entry:
    """A validation error. Names of the schema and the document stay; values never do."""
    code = (error.extensions or {}).get("code", "DOCUMENT_INVALID")
    locations = error.locations or ()
    if code != "DOCUMENT_INVALID":
        return Entry(code, locations)
    at_value = error.nodes is not None and isinstance(error.nodes[0], ValueNode)
    if not at_value and _NAMES_ONLY.match(error.message):
        return Entry(code, locations, text=error.message)
    expected = _EXPECTED.match(error.message)
    return Entry(code, locations, extensions={"expected": expected.group(1)} if expected else {})


def execution_entry(error: GraphQLError, language: str) -> Entry:
    """An error of a field: a rule's refusal by its code, a fault of ours masked and logged."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, RuleBroken):
        return Entry(cause.code, error.locations or (), error.path)
    extensions = dict(error.extensions or {})
    code = str(extensions.get("code", ""))
    if code and text(code, language) != code:
        return Entry(code, error.locations or (), error.path, extensions=extensions)
    if isinstance(cause, GraphQLError | None) and error.nodes and isinstance(error.nodes[0], ValueNode):
        return _argument_entry(error, error.nodes[0])
    name = error.nodes[0].name.value if error.nodes and hasattr(error.nodes[0], "name") else None
    log_fault(cause or error, field=name)
    return Entry("INTERNAL", error.locations or (), error.path, extensions={"requestId": REQUEST_ID.get()})


def _argument_entry(error: GraphQLError, node: ValueNode) -> Entry:
    """An argument that the executor could not read: a variable is null where the argument may not be."""
    extensions = {"variable": node.name.value} if isinstance(node, VariableNode) else {}
    return Entry("VARIABLES_INVALID", error.locations or (), error.path, extensions=extensions)


def log_fault(error: BaseException, **fields: Any) -> None:
    """Write down the class and the place of a fault; its text may quote data."""
    extra = {"exception": type(error).__name__, "at_code": places(error.__traceback__), **fields}
    _LOG.error("field failed", extra=extra)
