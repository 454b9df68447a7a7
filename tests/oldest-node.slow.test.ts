import assert from 'node:assert/strict'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { oldestNode } from './support/other-nodes.ts'

const root = join(import.meta.dirname, '..')
const nodeTypes = join('node_modules', '@types', 'node')

describe(`src and tasks on Node ${oldestNode}`, () => {
  let program: ts.Program
  before(function () {
    this.timeout(120_000)
    program = productProgram()
  })

  /** What the files of a folder use of a newer Node, and since when there is that. */
  function newerPartsIn(folder: string): Readonly<Record<string, string>> {
    const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(join(root, folder)))
    assert.notEqual(files.length, 0)
    return Object.fromEntries(files.flatMap((file) => newerParts(file, program.getTypeChecker())))
  }

  for (const folder of ['src', 'tasks']) {
    it(`is enough for ${folder}`, () => {
      assert.deepEqual(newerPartsIn(folder), {})
    }).timeout(60_000)
  }

  it('is not enough for the tests', () => {
    const used = Object.keys(newerPartsIn('tests')).map((part) => part.split(' ').at(-1))

    assert.ok(used.includes('parentPath'), JSON.stringify(used))
  })

  it('has what came before it on its line, or on lines before', () => {
    const known = (since: string) => isKnown(since, '20.9.0')

    for (const since of ['v0.1.90', 'v20.9.0', 'v18.17.0, v20.1.0', 'v19.8.0, v18.16.0']) assert.ok(known(since), since)
    for (const since of ['v20.12.0', 'v21.4.0, v20.12.0', 'v18.20.0, v20.12.0', 'v22.3.0']) {
      assert.ok(!known(since), since)
    }
  })
})

/** The product, and a part of the tests. */
function productProgram(): ts.Program {
  const file = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as { config: object }
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined }
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    { ...config, include: ['src', 'tasks', 'tests/support/task-process.ts'] },
    host,
    root,
  )
  return ts.createProgram(fileNames, options)
}

/** The names in a file that Node's types say came later, with what they say. */
function newerParts(source: ts.SourceFile, checker: ts.TypeChecker): (readonly [part: string, since: string])[] {
  const found: (readonly [string, string])[] = []
  function visit(node: ts.Node): void {
    const since = ts.isIdentifier(node) ? sinceOf(checker.getSymbolAtLocation(node), checker) : undefined
    if (since !== undefined && !isKnown(since, oldestNode))
      found.push([`${relative(root, source.fileName)}: ${node.getText(source)}`, since])
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** What `@since` of the types of Node says, `v21.4.0, v20.12.0`; undefined for what is not Node's, or always was. */
function sinceOf(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): string | undefined {
  if (symbol === undefined) return undefined
  const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const isOfNode = meant.declarations?.some((declaration) => declaration.getSourceFile().fileName.includes(nodeTypes))
  if (isOfNode !== true) return undefined
  const tag = meant.getJsDocTags(checker).find(({ name }) => name === 'since')
  return ts.displayPartsToString(tag?.text) || undefined
}

/** Whether a release has what came with these versions; where its own line is named, that one counts. */
function isKnown(since: string, release: string): boolean {
  const versions = [...since.matchAll(/v?(\d+)\.(\d+)\.(\d+)/g)].map(([, ...parts]) => parts.map(Number))
  const [major = 0, ...rest] = release.split('.').map(Number)
  const own = versions.find(([line]) => line === major)
  if (own === undefined) return versions.some(([line = 0]) => line < major)
  const [, minor = 0, patch = 0] = own
  return minor < (rest[0] ?? 0) || (minor === rest[0] && patch <= (rest[1] ?? 0))
}
