"""The server as it is shipped, driven with the recorded abilities of real editors.

What each request answers is tested in Rust. Here it is shown that a session with each client works from its first message to its last, and
that every client is spoken to in the forms that it knows.
"""

import asyncio
import json
import os
import pathlib
import shutil
import subprocess

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

NTROC = os.environ["NTROC"]
EXAMPLE = pathlib.Path(__file__).resolve().parents[4] / "examples" / "document-ingest"
CLIENTS = ["visual_studio_code@v1.65.2", "neovim@v0.7.0", "neovim@v0.11.0", "emacs@v29.1"]
PATIENCE = 60


@pytest.fixture(scope="function")
def project(tmp_path):
    """A copy of an example, so that nothing of ours is changed."""
    folder = tmp_path / "a project"
    shutil.copytree(EXAMPLE, folder)
    return folder


@pytest_lsp.fixture(params=CLIENTS, config=ClientServerConfig(server_command=[NTROC, "lsp"]))
async def client(request, lsp_client: LanguageClient, project):
    uri = project.as_uri()
    params = lsp.InitializeParams(
        capabilities=client_capabilities(request.param),
        root_uri=uri,
        workspace_folders=[lsp.WorkspaceFolder(uri=uri, name="project")],
    )

    # Clients that can watch files are asked to.
    @lsp_client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    def register(params):
        lsp_client.registered = params

    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


class Document:
    """A file that is open in the client."""

    def __init__(self, client, path):
        self.client, self.uri, self.version = client, path.as_uri(), 1
        self.text = path.read_text()
        item = lsp.TextDocumentItem(uri=self.uri, language_id="ntro", version=1, text=self.text)
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))

    @property
    def id(self):
        return lsp.TextDocumentIdentifier(uri=self.uri)

    def place(self, before, further=0):
        """Where a piece of the text begins, in the unit that was agreed on. The example is written in ASCII."""
        at = self.text.index(before) + further
        line = self.text.count("\n", 0, at)
        return lsp.Position(line=line, character=at - (self.text.rfind("\n", 0, at) + 1))

    def at(self, before, further=0):
        return {"text_document": self.id, "position": self.place(before, further)}

    def replace(self, old, new):
        """Types something in place of something."""
        start, end = self.place(old), self.place(old, len(old))
        self.text = self.text.replace(old, new, 1)
        self.version += 1
        self.client.diagnostics.pop(self.uri)
        change = lsp.TextDocumentContentChangePartial(range=lsp.Range(start=start, end=end), text=new)
        document = lsp.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        params = lsp.DidChangeTextDocumentParams(text_document=document, content_changes=[change])
        self.client.text_document_did_change(params)

    async def diagnostics(self):
        """What the client is told about the text that it has: nothing was known of it since the last change."""
        async with asyncio.timeout(PATIENCE):
            while self.uri not in self.client.diagnostics:
                await asyncio.sleep(0.01)
        return list(self.client.diagnostics[self.uri])


@pytest.fixture
def document(client, project):
    return Document(client, project / "document-ingest.ntro")


@pytest.mark.asyncio
async def test_mistakes_come_and_go_with_what_is_typed(client, document):
    assert await document.diagnostics() == []
    document.replace("to_correct(review.value)", "tocorrect(review.value)")
    [mistake] = await document.diagnostics()
    assert mistake.code == "N0206"
    assert "to_correct" in mistake.message
    params = lsp.CodeActionParams(
        text_document=document.id, range=mistake.range, context=lsp.CodeActionContext(diagnostics=[mistake])
    )
    actions = await client.text_document_code_action_async(params)
    if client.capabilities.text_document.code_action.code_action_literal_support:
        assert any(action.kind == "quickfix" and action.edit for action in actions), actions
    document.replace("tocorrect(review.value)", "to_correct(review.value)")
    assert await document.diagnostics() == []


@pytest.mark.asyncio
async def test_what_stands_where(client, document, project):
    hover = await client.text_document_hover_async(lsp.HoverParams(**document.at("to_correct(review.value)", 2)))
    assert "do not agree" in hover.contents.value
    found = await client.text_document_definition_async(lsp.DefinitionParams(**document.at("Lease)", 1)))
    links = client.capabilities.text_document.definition.link_support
    target = found[0].target_uri if links else found[0].uri
    assert target == (project / "types.ntro").as_uri()
    context = lsp.ReferenceContext(include_declaration=True)
    params = lsp.ReferenceParams(context=context, **document.at("submitted \"Await"))
    assert len(await client.text_document_references_async(params)) >= 4
    symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(text_document=document.id))
    assert "document-ingest" in [symbol.name for symbol in symbols]
    found = await client.workspace_symbol_async(lsp.WorkspaceSymbolParams(query="IngestedDocument"))
    assert [symbol.name for symbol in found] == ["IngestedDocument"]


@pytest.mark.asyncio
async def test_completion_knows_the_steps_and_the_client(client, document):
    listed = await client.text_document_completion_async(lsp.CompletionParams(**document.at("submitted.document")))
    labels = {item.label for item in listed.items}
    assert {"submitted", "entity"} <= labels, labels
    snippets = client.capabilities.text_document.completion.completion_item.snippet_support
    assert snippets or all(item.insert_text_format != lsp.InsertTextFormat.Snippet for item in listed.items)
    one = await client.completion_item_resolve_async(listed.items[0])
    assert one.label == listed.items[0].label


@pytest.mark.asyncio
async def test_rename_over_files_in_the_form_that_the_client_knows(client, document, project):
    params = lsp.RenameParams(new_name="checked", **document.at("review \"Review"))
    edit = await client.text_document_rename_async(params)
    if edit.document_changes:
        assert client.capabilities.workspace.workspace_edit.document_changes
        changed = {change.text_document.uri: change.text_document.version for change in edit.document_changes}
    else:
        changed = {uri: None for uri in edit.changes}
    assert set(changed) == {document.uri, (project / "scenarios.ntro").as_uri()}
    assert changed[document.uri] in (None, 1)


@pytest.mark.asyncio
async def test_the_form_of_a_file(client, document):
    assert not await client.text_document_formatting_async(
        lsp.DocumentFormattingParams(
            text_document=document.id, options=lsp.FormattingOptions(tab_size=2, insert_spaces=True)
        )
    )
    params = lsp.FoldingRangeParams(text_document=document.id)
    assert len(await client.text_document_folding_range_async(params)) > 5


@pytest.mark.asyncio
async def test_the_page_of_a_code(client, document):
    page = await client.protocol.send_request_async("ntro/explain", {"code": "N0206"})
    assert page.code == "N0206" and page.markdown.startswith("# N0206")


@pytest.mark.parametrize(
    "ending, code",
    [("exit", 0), ("close", 0), ("exit without shutdown", 1), ("close without shutdown", 1)],
)
def test_the_process_ends_by_itself(ending, code):
    """Told to or left alone, it is gone at once, and its code says whether that was in order."""
    server = subprocess.Popen([NTROC, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(**message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        server.stdin.flush()

    def answer():
        length = int(server.stdout.readline().split(b":")[1])
        server.stdout.readline()
        return json.loads(server.stdout.read(length))

    try:
        send(id=1, method="initialize", params={"capabilities": {}})
        assert answer()["id"] == 1
        send(method="initialized", params={})
        if "without" not in ending:
            send(id=2, method="shutdown")
            assert answer() == {"jsonrpc": "2.0", "id": 2, "result": None}
        if ending.startswith("exit"):
            send(method="exit")
        else:
            server.stdin.close()
        assert server.wait(PATIENCE) == code
    finally:
        server.kill()
        server.wait()
