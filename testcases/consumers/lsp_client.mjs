// refwarden lsp as an editor sees it: vscode-jsonrpc and vscode-languageserver-protocol drive the real
// program. Called by run_lsp.py: node lsp_client.mjs NODE_MODULES REFWARDEN WORK [TEST...]
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, refwarden, work, ...wanted] = process.argv.slice(2);
const require = createRequire(path.join(modules, 'x.js'));
const rpc = require('vscode-jsonrpc/node');
const lsp = require('vscode-languageserver-protocol/node');

const PATIENCE = 60000; // under sanitizers everything takes long

const LEAK = `#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *pair(PyObject *self, PyObject *args)
{
    PyObject *list = PyList_New(0);
    PyObject *item;

    if (list == NULL)
        return NULL;
    item = PyFloat_FromDouble(0.5);
    if (item == NULL)
        return NULL;
    if (PyList_Append(list, item) < 0) {
        Py_DECREF(item);
        Py_DECREF(list);
        return NULL;
    }
    Py_DECREF(item);
    return list;
}
`;
const LEAK_LINE = 12; // from 0
const RELEASE = '        Py_DECREF(list);\n';

function within(promise, what) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`nothing came: ${what}`)), PATIENCE);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const sleep = ms => new Promise(done => setTimeout(done, ms));

// ---- the editor

class Editor {
    constructor(options = []) {
        this.child = spawn(refwarden, ['lsp', ...options], { cwd: work, stdio: ['pipe', 'pipe', 'inherit'] });
        this.exited = new Promise(done => this.child.on('exit', (code, signal) => done(signal ?? code)));
        this.published = [];
        this.shown = [];
        this.progress = [];
        this.waiting = [];
        const quiet = { error() {}, warn() {}, info() {}, log() {} };
        this.connection = lsp.createProtocolConnection(this.child.stdout, this.child.stdin, quiet);
        this.connection.onNotification('textDocument/publishDiagnostics', p => this.note(this.published, p));
        this.connection.onNotification('window/showMessage', p => this.note(this.shown, p));
        this.connection.onNotification('$/progress', p => this.note(this.progress, p));
        this.connection.onRequest('window/workDoneProgress/create', () => null);
        this.connection.onRequest('client/registerCapability', () => null);
        this.child.stdin.on('error', () => {});
        this.connection.listen();
    }

    note(list, item) {
        list.push(item);
        this.waiting = this.waiting.filter(look => !look());
    }

    // What a list holds that the test asks for, now or later.
    until(list, test, what) {
        return within(new Promise(done => {
            const look = () => {
                const found = list.find(test);
                if (found) done(found);
                return Boolean(found);
            };
            if (!look()) this.waiting.push(look);
        }), what);
    }

    async start({ encodings, processId = process.pid, capabilities = {} } = {}) {
        this.answer = await this.connection.sendRequest('initialize', {
            processId, rootUri: null,
            capabilities: {
                general: encodings ? { positionEncodings: encodings } : {},
                textDocument: {
                    publishDiagnostics: { relatedInformation: true, versionSupport: true },
                    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
                },
                workspace: {
                    workspaceEdit: { documentChanges: true },
                    didChangeWatchedFiles: { dynamicRegistration: true },
                },
                window: { workDoneProgress: true },
                ...capabilities,
            },
        });
        await this.connection.sendNotification('initialized', {});
        return this;
    }

    ask(method, ...params) {
        return within(this.connection.sendRequest(method, ...params), method);
    }

    tell(method, ...params) {
        return this.connection.sendNotification(method, ...params);
    }

    async stop() {
        await this.ask('shutdown');
        await this.tell('exit');
        return within(this.exited, 'the end');
    }
}

class Document {
    constructor(editor, name, text, { save = true, languageId = 'c' } = {}) {
        this.editor = editor;
        this.path = path.join(work, name);
        this.uri = pathToFileURL(this.path).href;
        this.text = text;
        this.version = 1;
        if (save) fs.writeFileSync(this.path, text);
        editor.tell('textDocument/didOpen', { textDocument: { uri: this.uri, languageId, version: 1, text } });
    }

    get id() {
        return { textDocument: { uri: this.uri } };
    }

    offset(p) {
        let at = 0;
        for (let i = 0; i < p.line; i++) at = this.text.indexOf('\n', at) + 1;
        return at + p.character; // JavaScript counts in UTF-16
    }

    place(offset) {
        const before = this.text.slice(0, offset).split('\n');
        return { line: before.length - 1, character: before.at(-1).length };
    }

    change(edits) {
        const contentChanges = [];
        for (const { range, newText } of edits) {
            const [from, to] = [this.offset(range.start), this.offset(range.end)];
            this.text = this.text.slice(0, from) + newText + this.text.slice(to);
            contentChanges.push({ range, text: newText });
        }
        this.version++;
        this.editor.tell('textDocument/didChange', { textDocument: { uri: this.uri, version: this.version }, contentChanges });
    }

    insert(offset, newText) {
        const at = this.place(offset);
        this.change([{ range: { start: at, end: at }, newText }]);
    }

    replaceAll(text) {
        this.text = text;
        this.version++;
        this.editor.tell('textDocument/didChange', { textDocument: { uri: this.uri, version: this.version }, contentChanges: [{ text }] });
    }

    // The diagnostics of the text as it is.
    async diagnostics() {
        const version = this.version;
        const found = await this.editor.until(this.editor.published,
            p => p.uri === this.uri && p.version === version, `diagnostics of ${this.uri} version ${version}`);
        return found.diagnostics;
    }

    forget() {
        this.editor.published = this.editor.published.filter(p => p.uri !== this.uri);
    }

    actions(diagnostics, only) {
        const range = diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
        return this.editor.ask('textDocument/codeAction', { ...this.id, range, context: { diagnostics, only } });
    }

    hover(word) {
        return this.editor.ask('textDocument/hover', { ...this.id, position: this.place(this.text.indexOf(word) + 1) });
    }

    close() {
        return this.editor.tell('textDocument/didClose', this.id);
    }
}

async function withEditor(options, use) {
    const editor = await new Editor().start(options);
    await use(editor);
    assert.equal(await editor.stop(), 0);
}

function codes(diagnostics) {
    return diagnostics.map(d => d.code);
}

async function refused(promise, code) {
    await assert.rejects(promise, e => {
        assert.equal(e.code, code);
        return true;
    });
}

function childrenOf(pid) {
    const text = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text ? text.split(' ').map(Number) : [];
}

async function firstChild(pid) {
    for (let i = 0; i < PATIENCE / 2; i++) {
        const [child] = childrenOf(pid);
        if (child) return child;
        await sleep(2);
    }
    throw new Error('no analysis was started');
}

// ---- what must hold

const tests = {
    async says_what_it_can(name) {
        await withEditor({}, async editor => {
            const c = editor.answer.capabilities;
            assert.equal(c.positionEncoding, 'utf-16');
            assert.equal(c.textDocumentSync.change, lsp.TextDocumentSyncKind.Incremental);
            assert.equal(c.hoverProvider, true);
            assert.deepEqual(c.codeActionProvider.codeActionKinds, ['quickfix']);
            assert.equal(editor.answer.serverInfo.name, 'refwarden');
        });
        await withEditor({ encodings: ['utf-16', 'utf-8'] }, async editor =>
            assert.equal(editor.answer.capabilities.positionEncoding, 'utf-8'));
    },

    async shows_a_leak_when_a_file_is_opened() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'open.c', LEAK);
            const [found, ...more] = await file.diagnostics();
            assert.deepEqual(more, []);
            assert.ok(lsp.Diagnostic.is(found));
            assert.equal(found.code, 'RW101');
            assert.equal(found.source, 'refwarden');
            assert.equal(found.severity, lsp.DiagnosticSeverity.Error);
            assert.equal(found.range.start.line, LEAK_LINE);
            assert.equal(found.range.start.character, 8);
            assert.match(found.message, /'list' leaks.*pair/s);
            assert.match(found.data.fingerprint, /^[0-9a-f]{32}$/);
            assert.ok(found.relatedInformation.length >= 3);
            assert.ok(found.relatedInformation.every(lsp.DiagnosticRelatedInformation.is));
            assert.equal(found.relatedInformation[0].location.uri, file.uri);
            assert.equal(found.relatedInformation[0].location.range.start.line, 5);
            assert.match(found.relatedInformation[0].message, /new reference.*\+1/);
        });
    },

    async follows_changes_that_are_not_saved() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'change.c', LEAK);
            assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
            file.insert(file.offset({ line: LEAK_LINE, character: 0 }), '    {\n' + RELEASE);
            file.insert(file.offset({ line: LEAK_LINE + 3, character: 0 }), '    }\n');
            assert.deepEqual(await file.diagnostics(), []);
            file.replaceAll(LEAK);
            assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
            assert.equal(fs.readFileSync(file.path, 'utf8'), LEAK);
        });
    },

    async looks_again_when_a_file_is_saved() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'save.c', LEAK);
            await file.diagnostics();
            file.forget();
            editor.tell('textDocument/didSave', file.id);
            assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
        });
    },

    async needs_no_file_on_disk() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'never_saved.c', LEAK, { save: false });
            assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
        });
    },

    async clears_when_a_file_is_closed() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'close.c', LEAK);
            await file.diagnostics();
            file.forget();
            file.close();
            const last = await editor.until(editor.published, p => p.uri === file.uri, 'nothing');
            assert.deepEqual(last.diagnostics, []);
        });
    },

    async ignores_by_code_actions() {
        await withEditor({}, async editor => {
            for (const title of [/^Ignore RW101 here$/, /^Ignore RW101 in pair\(\)$/]) {
                const file = new Document(editor, 'action.c', LEAK);
                const found = await file.diagnostics();
                const actions = await file.actions(found);
                assert.ok(actions.every(lsp.CodeAction.is));
                const action = actions.find(a => title.test(a.title));
                assert.ok(action, `no action ${title}`);
                assert.equal(action.kind, lsp.CodeActionKind.QuickFix);
                assert.deepEqual(action.diagnostics[0].data, found[0].data);
                const [change] = action.edit.documentChanges;
                assert.equal(change.textDocument.version, file.version);
                file.change(change.edits);
                assert.match(file.text, /refwarden: ignore/);
                assert.deepEqual(await file.diagnostics(), []);
                file.forget();
                file.close();
            }
        });
    },

    async repairs_by_a_code_action() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'repair.c', LEAK);
            const found = await file.diagnostics();
            let fix;
            for (const end = Date.now() + PATIENCE; !fix && Date.now() < end; await sleep(50)) // tried when all is shown
                fix = (await file.actions(found)).find(a => a.isPreferred);
            assert.ok(fix, 'no fix is preferred');
            file.change(fix.edit.documentChanges[0].edits.reverse()); // all are about the text as it was
            assert.ok(file.text.includes('Py_DECREF(list);'));
            assert.deepEqual(await file.diagnostics(), []);
        });
    },

    async offers_actions_only_where_and_as_asked() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'only.c', LEAK);
            const found = await file.diagnostics();
            assert.deepEqual(await file.actions(found, ['refactor']), []);
            assert.ok((await file.actions(found, ['quickfix'])).length >= 3);
            assert.deepEqual(await file.actions([]), []);
            file.insert(0, '\n'); // what is known is about the older text
            assert.deepEqual(await file.actions(found), []);
        });
    },

    async explains_a_rule() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'explain.c', LEAK);
            const actions = await file.actions(await file.diagnostics());
            const { command } = actions.find(a => a.title === 'Explain RW101');
            const page = await editor.ask('workspace/executeCommand', command);
            assert.match(page, /^# RW101 leak-on-error-path/);
            assert.match(page, /## Good/);
            const shown = await editor.until(editor.shown, m => m.message.includes('RW101'), 'the explanation');
            assert.equal(shown.type, lsp.MessageType.Info);
            await refused(editor.ask('workspace/executeCommand', { command: 'refwarden.explain', arguments: ['RW000'] }), -32602);
        });
    },

    async hovers_over_calls_and_codes() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'hover.c', `${LEAK}/* RW203 */\nstatic int plain(void) { return 0; }\n`);
            const hover = await file.hover('PyList_Append');
            assert.ok(lsp.Hover.is(hover));
            assert.equal(hover.contents.kind, 'markdown');
            assert.match(hover.contents.value, /^\*\*PyList_Append/);
            assert.match(hover.contents.value, /- on failure: -1/);
            const start = file.text.indexOf('PyList_Append');
            assert.deepEqual(hover.range, { start: file.place(start), end: file.place(start + 'PyList_Append'.length) });
            const call = `${file.text}PyObject *x = PyObject_Call(f, a, NULL);\n`;
            file.replaceAll(call);
            assert.match((await file.hover('PyObject_Call')).contents.value, /a callable, \\_\\_eq\\_\\_/);
            assert.match((await file.hover('RW203')).contents.value, /use-after-steal/);
            assert.equal(await file.hover('plain'), null);
        });
    },

    async cancels_a_request() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'cancel.c', LEAK);
            await file.diagnostics();
            const source = new rpc.CancellationTokenSource();
            const asked = editor.ask('workspace/executeCommand', { command: 'refwarden.check', arguments: [file.uri] }, source.token);
            source.cancel();
            await refused(asked, -32800);
            assert.deepEqual(await editor.ask('workspace/executeCommand', { command: 'refwarden.check', arguments: [file.uri] }), { findings: 1 });
        });
    },

    async shows_progress() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'progress.c', LEAK);
            await file.diagnostics();
            const begin = await editor.until(editor.progress, p => p.value.kind === 'begin', 'begin');
            assert.match(begin.value.message, /progress\.c/);
            assert.equal(begin.value.cancellable, true);
            await editor.until(editor.progress, p => p.value.kind === 'end' && p.token === begin.token, 'end');
        });
    },

    async cancels_an_analysis_by_its_progress() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'slow.c', LEAK + slowFunctions());
            const begin = await editor.until(editor.progress, p => p.value.kind === 'begin', 'begin');
            editor.tell('window/workDoneProgress/cancel', { token: begin.token });
            await editor.until(editor.progress, p => p.value.kind === 'end', 'end');
            await sleep(300);
            assert.deepEqual(childrenOf(editor.child.pid), []);
            assert.deepEqual(editor.published, []);
            editor.tell('textDocument/didSave', file.id);
            assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
        });
    },

    async counts_positions_as_agreed() {
        const line = '        /* \u{1F600} \u00e9 */ return NULL;';
        const text = LEAK.split('\n').map((l, i) => (i === LEAK_LINE ? line : l)).join('\n');
        const before = line.slice(0, line.indexOf('return'));
        for (const [encodings, expected] of [[['utf-16'], before.length], [['utf-8'], Buffer.byteLength(before)]])
            await withEditor({ encodings }, async editor => {
                const file = new Document(editor, 'units.c', text);
                const [found] = await file.diagnostics();
                assert.deepEqual(found.range.start, { line: LEAK_LINE, character: expected });
            });
    },

    async takes_changes_behind_wide_characters() {
        for (const encodings of [['utf-16'], ['utf-8']])
            await withEditor({ encodings }, async editor => {
                const line = '    /* \u{1F600}\u00e9 */ if (item == NULL)';
                const text = LEAK.replace('    if (item == NULL)', line);
                const file = new Document(editor, 'wide.c', text);
                await file.diagnostics();
                const upTo = line.slice(0, line.indexOf('if'));
                const character = encodings[0] === 'utf-8' ? Buffer.byteLength(upTo) : upTo.length;
                const start = { line: LEAK_LINE - 1, character };
                file.version++;
                editor.tell('textDocument/didChange', {
                    textDocument: { uri: file.uri, version: file.version },
                    contentChanges: [{ range: { start, end: start }, text: 'if (item == NULL) Py_DECREF(list); ' }],
                });
                assert.deepEqual(await file.diagnostics(), []);
            });
    },

    async understands_again_after_garbage() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'garbage.c', LEAK);
            await file.diagnostics();
            for (const bytes of [
                Buffer.from([0, 255, 13, 10, 13, 10, 200, 1, 2, 3]), Buffer.alloc(10000, 0x41),
                'Content-Length: -5\r\n\r\n', 'Content-Length: 99999999999999999999\r\n\r\n', 'Content-Length: 3\r\n\r\n{{{',
                'Content-Length: 0\r\n\r\n', 'X: y\r\n\r\n', '{"jsonrpc":"2.0","method":"exit"}',
                `Content-Length: 200000\r\n\r\n${'['.repeat(200000)}`, 'Content-Length: 2\r\n\r\n[]', 'Content-Length: 4\r\n\r\nnull',
            ]) {
                editor.child.stdin.write(bytes);
                assert.match((await file.hover('PyList_New')).contents.value, /PyList_New/);
            }
            file.replaceAll(LEAK + '\n');
            assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
        });
    },

    async refuses_what_makes_no_sense() {
        const early = new Editor();
        await refused(early.ask('textDocument/hover', {}), -32002);
        early.tell('textDocument/didOpen', {});
        await early.start();
        await refused(early.ask('initialize', { capabilities: {} }), -32600);
        await refused(early.ask('textDocument/rename', {}), -32601);
        early.tell('$/whatever', {});
        early.tell('textDocument/whatever', {});
        for (const params of [{}, { textDocument: 5 }, { textDocument: { uri: 7 }, position: 'x' }, [1, 2]])
            await refused(early.ask('textDocument/hover', params), -32602);
        await refused(early.ask('textDocument/codeAction', { textDocument: { uri: 'file:///x.c' }, range: 1 }), -32602);
        await refused(early.ask('workspace/executeCommand', { command: 'rm' }), -32602);
        for (const [method, params] of [
            ['textDocument/didOpen', { textDocument: { uri: 1, text: [] } }], ['textDocument/didChange', { textDocument: null }],
            ['textDocument/didOpen', { textDocument: { uri: 'untitled:1', text: '' } }],
            ['textDocument/didClose', { textDocument: { uri: 'file:///nowhere.c' } }], ['$/cancelRequest', { id: {} }],
            ['workspace/didChangeWatchedFiles', { changes: [{ uri: 3 }, 5] }], ['window/workDoneProgress/cancel', { token: 1 }],
        ])
            early.tell(method, params);
        const file = new Document(early, 'sense.c', LEAK);
        for (const range of [{}, { start: { line: -1, character: 0 }, end: { line: 1, character: 1 } }, 'x'])
            early.tell('textDocument/didChange', { textDocument: { uri: file.uri, version: 1 }, contentChanges: [{ range, text: 'x' }] });
        assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
        await early.ask('shutdown');
        await refused(early.ask('textDocument/hover', {}), -32600);
        early.tell('exit');
        assert.equal(await within(early.exited, 'exit'), 0);
    },

    async keeps_texts_that_are_not_quite_unicode() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'half.c', LEAK);
            file.insert(0, '/* \ud83d */\n');
            assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
            file.insert(0, '/* \0 */');
            assert.deepEqual(codes(await file.diagnostics()), ['RW901']);
        });
    },

    async survives_the_death_of_an_analysis() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'killed.c', LEAK + slowFunctions());
            process.kill(await firstChild(editor.child.pid), 'SIGKILL');
            assert.match((await file.hover('PyList_New')).contents.value, /PyList_New/);
            assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
        });
    },

    async publishes_nothing_about_texts_that_are_gone() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'typing.c', LEAK + slowFunctions());
            await firstChild(editor.child.pid);
            for (let i = 0; i < 30; i++) {
                file.insert(0, `/* ${i} */\n`);
                await sleep(10);
            }
            const [found] = await file.diagnostics();
            assert.equal(found.range.start.line, LEAK_LINE + 30);
            assert.deepEqual(editor.published.map(p => p.version), [file.version]);
        });
    },

    async shows_findings_in_an_unsaved_header() {
        await withEditor({}, async editor => {
            const safe = 'static inline PyObject *made(void)\n{\n    return PyList_New(0);\n}\n';
            const leaking = safe.replace('{\n', '{\n    PyObject *lost = PyList_New(0);\n    if (lost == NULL)\n        return NULL;\n');
            const header = new Document(editor, 'made.h', safe);
            const file = new Document(editor, 'user.c', `#include <Python.h>\n#include "made.h"\nPyObject *user(void) { return made(); }\n`);
            assert.deepEqual(await file.diagnostics(), []);
            header.replaceAll(leaking);
            const [found] = await header.diagnostics();
            assert.match(found.message, /'lost'/);
            header.replaceAll(safe);
            assert.deepEqual(await header.diagnostics(), []);
            header.replaceAll(leaking);
            assert.equal((await header.diagnostics()).length, 1);
            header.forget();
            file.close();
            assert.deepEqual(await header.diagnostics(), []);
        });
    },

    async reads_settings_again_when_they_change() {
        await withEditor({}, async editor => {
            fs.mkdirSync(path.join(work, 'set'));
            const settings = path.join(work, 'set', 'refwarden.toml');
            const changed = text => {
                fs.writeFileSync(settings, text);
                editor.tell('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(settings).href, type: 2 }] });
            };
            const file = new Document(editor, 'set/file.c', LEAK);
            await file.diagnostics();
            file.forget();
            changed('ignore = ["RW101"]\n');
            assert.deepEqual(await file.diagnostics(), []);
            changed('ignroe = 1\n');
            const shown = await editor.until(editor.shown, m => m.message.includes('ignroe'), 'the error');
            assert.equal(shown.type, lsp.MessageType.Error);
            file.forget();
            changed('');
            assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
        });
    },

    async checks_two_files_at_once() {
        await withEditor({}, async editor => {
            const files = ['one.c', 'two.c', 'three.c'].map(name => new Document(editor, name, LEAK));
            for (const file of files) assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
        });
    },

    async ends_as_the_protocol_says() {
        const left = await new Editor().start();
        left.tell('exit');
        assert.equal(await within(left.exited, 'exit'), 1);
        const closed = await new Editor().start();
        closed.child.stdin.end();
        assert.equal(await within(closed.exited, 'end of stdin'), 1);
        const gone = spawnSync('true');
        const orphan = await new Editor().start({ processId: gone.pid });
        assert.equal(await within(orphan.exited, 'end of the parent'), 1);
        const deaf = await new Editor().start();
        deaf.child.stdout.destroy();
        for (let i = 0; i < 5; i++) deaf.tell('workspace/didChangeConfiguration', {});
        new Document(deaf, 'deaf.c', LEAK);
        assert.equal(await within(deaf.exited, 'end of stdout'), 1);
    },

    async leaves_nothing_behind() {
        const editor = await new Editor().start();
        new Document(editor, 'left.c', LEAK + slowFunctions());
        const child = await firstChild(editor.child.pid);
        editor.child.kill('SIGKILL');
        await editor.exited;
        for (let i = 0; i < 100 && fs.existsSync(`/proc/${child}/exe`); i++) await sleep(50);
        assert.ok(!fs.existsSync(`/proc/${child}/exe`));
    },

    // The sanitizers' build says at its end what was not freed.
    async lives_long() {
        await withEditor({}, async editor => {
            const file = new Document(editor, 'long.c', LEAK);
            await file.diagnostics();
            for (let i = 0; i < 500; i++) {
                file.insert(0, `/* ${i} \u00e9\u{1F600} */ `);
                if (i % 50 === 0) await file.actions(await file.diagnostics());
                if (i % 25 === 0) await file.hover('PyList_New');
            }
            assert.deepEqual(codes(await file.diagnostics()), ['RW101']);
        });
    },

    async writes_a_log() {
        const log = path.join(work, 'server.log');
        const editor = await new Editor(['--log', log, '-v']).start();
        const file = new Document(editor, 'logged.c', LEAK);
        await file.diagnostics();
        assert.equal(await editor.stop(), 0);
        assert.match(fs.readFileSync(log, 'utf8'), /logged\.c: version 1, 1 findings, [0-9.]+ s after the change/);
    },
};

// Enough to be in the middle of when something happens.
function slowFunctions() {
    const one = i => `static PyObject *slow${i}(PyObject *self, PyObject *o)\n{\n` +
        Array.from({ length: 12 }, (_, k) => `    PyObject *v${k} = PyObject_Repr(o);\n    if (v${k} == NULL)\n        goto fail${k};\n`).join('') +
        Array.from({ length: 12 }, (_, k) => `    Py_DECREF(v${11 - k});\nfail${11 - k}:\n`).join('') + '    return NULL;\n}\n';
    return Array.from({ length: 40 }, (_, i) => one(i)).join('');
}

let failed = 0, done = 0;
for (const [name, test] of Object.entries(tests)) {
    if (wanted.length && !wanted.includes(name)) continue;
    try {
        await test(name);
        done++;
    } catch (e) {
        failed++;
        console.log(`FAILED ${name}\n${e.stack}`);
    }
}
console.log(`${done} stories of an editor held, ${failed} did not`);
process.exit(failed ? 1 : 0);
