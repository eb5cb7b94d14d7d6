"""A session of a real language client (pygls, of Open VSX's Python tools) with `ringfence lsp`.

Usage: session.py RINGFENCE FOLDER; exits with 0 when all of it is as an editor needs it.
"""

import asyncio
import pathlib
import sys

from lsprotocol import types
from pygls.lsp.client import LanguageClient

RINGFENCE, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])

PARENT = "version: 1\nname: parent\nresources:\n  memory: 64Mi\n"
CHILD = """\
version: 1
name: child
description: Grüße 🦊 an alle.
extends: parent
environment: {set: {A: "é🦊"}, inherit: []}
capabilities: [SYS_ADMIN]
filesystem:
  root: writable
syscalls:
  allow: ["@container-default"]
tests: [{name: runs, run: ["true"], expect: {exit_code: 0}}]
"""


class Editor:
    def __init__(self):
        self.client = LanguageClient("session", "1")
        self.published = {}
        self.news = asyncio.Condition()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def published(parameters):
            async with self.news:
                self.published[parameters.uri] = parameters
                self.news.notify_all()

    async def diagnostics(self, uri, version):
        def is_there():
            return uri in self.published and self.published[uri].version == version

        async with self.news:
            await asyncio.wait_for(self.news.wait_for(is_there), 30)
        return self.published[uri].diagnostics

    def open(self, uri, text):
        item = types.TextDocumentItem(uri=uri, language_id="yaml", version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def change(self, uri, version, *changes):
        identifier = types.VersionedTextDocumentIdentifier(uri=uri, version=version)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(text_document=identifier, content_changes=list(changes))
        )

    def at(self, uri, line, character):
        return {
            "text_document": types.TextDocumentIdentifier(uri=uri),
            "position": types.Position(line=line, character=character),
        }


def part(start_line, start, end_line, end, text):
    at = types.Range(start=types.Position(start_line, start), end=types.Position(end_line, end))
    return types.TextDocumentContentChangePartial(range=at, text=text)


def place(diagnostic):
    start, end = diagnostic.range.start, diagnostic.range.end
    return (str(diagnostic.code), start.line, start.character, end.line, end.character)


async def main():
    (FOLDER / "parent.yaml").write_text(PARENT)
    (FOLDER / "child.yaml").write_text(CHILD)
    parent, child = ((FOLDER / name).as_uri() for name in ("parent.yaml", "child.yaml"))

    editor = Editor()
    client = editor.client
    await client.start_io(RINGFENCE, "lsp", "--rules-page", "https://example.com/rules.md")
    workspace = types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
    )
    result = await client.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(workspace=workspace), root_uri=FOLDER.as_uri(), process_id=None
        )
    )
    assert result.server_info.name == "ringfence"
    assert result.capabilities.position_encoding == types.PositionEncodingKind.Utf16
    client.initialized(types.InitializedParams())

    # Findings of the linter, each on its exact range.
    editor.open(child, CHILD)
    found = await editor.diagnostics(child, 1)
    places = [place(diagnostic) for diagnostic in found]
    assert ("RF2005", 5, 15, 5, 24) in places, places
    assert ("RF3003", 7, 8, 7, 16) in places, places
    capability = next(d for d in found if place(d)[0] == "RF2005")
    assert capability.source == "ringfence"
    assert capability.code_description.href == "https://example.com/rules.md#rf2005"

    # An error behind a character that takes two UTF-16 units, and edits by such positions.
    editor.change(child, 2, part(4, 31, 4, 38, "wrong"), part(5, 0, 5, 12, "capabilitys"))
    found = await editor.diagnostics(child, 2)
    places = [place(diagnostic) for diagnostic in found]
    assert places == [("RF1011", 4, 31, 4, 36), ("RF1011", 5, 0, 5, 11)], places
    assert all(d.severity == types.DiagnosticSeverity.Error for d in found)

    # Back again, as a whole.
    fixed = CHILD
    editor.change(child, 3, types.TextDocumentContentChangeWholeDocument(text=fixed))
    found = await editor.diagnostics(child, 3)
    assert [place(d)[0] for d in found] == ["RF2005", "RF3003"], found

    # Hover: the value that comes from the parent, and what a group is.
    hover = await client.text_document_hover_async(types.HoverParams(**editor.at(child, 9, 14)))
    assert "@container-default" in hover.contents.value and "`openat`" in hover.contents.value
    editor.change(child, 4, part(8, 0, 8, 0, "resources:\n  pids: 8\n"))
    hover = await client.text_document_hover_async(types.HoverParams(**editor.at(child, 9, 3)))
    assert "`resources.pids`" in hover.contents.value and "`8`, set here, in line 10" in hover.contents.value
    editor.change(child, 5, part(9, 2, 9, 9, "swap: 0"))
    editor.change(child, 6, part(9, 2, 9, 9, "memory: 32Mi"), part(8, 0, 10, 0, ""))
    hover = await client.text_document_hover_async(types.HoverParams(**editor.at(child, 6, 3)))
    assert "`filesystem`" in hover.contents.value

    # The parent's unsaved text counts.
    editor.change(child, 7, types.TextDocumentContentChangeWholeDocument(text=CHILD))
    editor.open(parent, PARENT)
    editor.change(parent, 2, types.TextDocumentContentChangeWholeDocument(text=PARENT.replace("64Mi", "lots")))
    await editor.diagnostics(parent, 2)
    for _ in range(50):
        found = editor.published[child].diagnostics
        if any(d.code == "RF1013" for d in found):
            break
        await asyncio.sleep(0.1)
    broken = list(found)
    assert [place(d)[1:] for d in broken] == [(3, 9, 3, 15)], broken
    related = broken[0].related_information[0].location
    assert related.uri == parent and related.range.start == types.Position(3, 10), related
    editor.change(parent, 3, types.TextDocumentContentChangeWholeDocument(text=PARENT))
    await editor.diagnostics(parent, 3)

    # Go to the parent.
    target = await client.text_document_definition_async(types.DefinitionParams(**editor.at(child, 3, 12)))
    assert target.uri == parent, target
    nothing = await client.text_document_definition_async(types.DefinitionParams(**editor.at(child, 1, 8)))
    assert nothing is None

    # Completion, in texts that are no policies yet.
    async def labels(text):
        lines = text.split("\n")
        version = editor.published[child].version + 1
        editor.change(child, version, types.TextDocumentContentChangeWholeDocument(text=text))
        at = editor.at(child, len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2)
        items = await client.text_document_completion_async(types.CompletionParams(**at))
        await editor.diagnostics(child, version)
        return {item.label: item for item in items}

    head = "version: 1\nname: child\n"
    for text, wanted, unwanted in [
        ("", "extends", "memory"),
        ("res", "resources", "memory"),
        ("resources:\n  ", "memory", "extends"),
        ("resources:\n  memory: 1Mi\n  pi", "pids", "extends"),
        ("resources: {memory: 1Mi, ", "pids", "extends"),
        ("resources:\n  memory: ", "unlimited", "pids"),
        ("network:\n  mode: ", "loopback", "mode"),
        ("network: {mode: ", "allowlist", "mode"),
        ("extends: ", "parent", "child"),
        ("within: ", "hardened", "child"),
        ("capabilities: [SYS_ADMIN, NE", "NET_RAW", "extends"),
        ("capabilities:\n  - ", "NET_RAW", "extends"),
        ("capabilities:\n- ", "NET_RAW", "extends"),
        ("syscalls:\n  deny: [", "@io_uring", "extends"),
        ('syscalls:\n  deny: ["@io', "@io_uring", "extends"),
        ("syscalls:\n  allow:\n    - ", "name", "extends"),
        ("syscalls:\n  allow:\n    - name: soc", "socket", "args"),
        ("syscalls:\n  allow:\n    - {name: socket, args: [{index: 0, equals: ", "AF_UNIX", "index"),
        ("syscalls:\n  allow:\n    - name: socket\n      args:\n        - ", "masked", "name_"),
        ("accept:\n  - target: docker\n    control: ", "resources.swap", "target"),
        ("lint:\n  suppress:\n    - rule: ", "RF2005", "rule"),
        ("tests:\n  - name: a\n    run: [x]\n    expect: {verdict: ", "memory-limit", "verdict"),
        ("description: Grüße 🦊\nfilesystem:\n  pro", "proc", "extends"),
        ("environment: {set: {A: ", None, "A"),
        ("# res", None, "resources"),
    ]:
        items = await labels(head + text)
        assert wanted is None or wanted in items, (text, sorted(items)[:20])
        assert unwanted not in items, (text, sorted(items)[:20])
    items = await labels(head + "syscalls:\n  deny: [@io")
    assert items["@io_uring"].text_edit.new_text == '"@io_uring"'
    assert items["@io_uring"].text_edit.range.start == types.Position(3, 9)
    items = await labels(head + 'syscalls:\n  deny: ["@io')
    assert items["@io_uring"].text_edit.new_text == "@io_uring"

    # A fix, as an edit of the version that it is for.
    version = editor.published[child].version + 1
    editor.change(child, version, types.TextDocumentContentChangeWholeDocument(text=fixed))
    found = await editor.diagnostics(child, version)
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=child),
            range=types.Range(start=types.Position(7, 10), end=types.Position(7, 10)),
            context=types.CodeActionContext(diagnostics=[], only=[types.CodeActionKind.QuickFix]),
        )
    )
    action = next(a for a in actions if "RF3" in a.diagnostics[0].code)
    change = action.edit.document_changes[0]
    assert change.text_document.version == version and change.text_document.uri == child
    assert [(e.range.start.line, e.range.start.character, e.range.end.character, e.new_text) for e in change.edits] == [
        (7, 8, 16, "read-only")
    ]
    everything = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=child),
            range=types.Range(start=types.Position(0, 0), end=types.Position(0, 0)),
            context=types.CodeActionContext(diagnostics=[], only=[types.CodeActionKind.SourceFixAll]),
        )
    )
    assert "read-only" in everything[0].edit.document_changes[0].edits[0].new_text

    # Closing takes the diagnostics away.
    client.text_document_did_close(
        types.DidCloseTextDocumentParams(text_document=types.TextDocumentIdentifier(uri=child))
    )
    for _ in range(100):
        if not editor.published[child].diagnostics:
            break
        await asyncio.sleep(0.1)
    assert not editor.published[child].diagnostics

    await client.shutdown_async(None)
    client.exit(None)
    for _ in range(100):
        if client._server.returncode is not None:
            break
        await asyncio.sleep(0.1)
    assert client._server.returncode == 0, client._server.returncode
    print("session complete")


asyncio.run(asyncio.wait_for(main(), 120))
