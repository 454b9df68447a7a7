import assert from 'node:assert/strict'
import { collectWarnings, formatWarning, readWarning } from '../../src/integration-test/find-warnings.ts'

describe('readWarning', () => {
  const project = ' [/source/MyService.csproj]'
  const found: readonly string[] = [
    "/source/Program.cs(18,1): warning CS0618: 'Old()' is obsolete: 'old; use New [it]'",
    "/source/Program.cs(19,10): warning CS1030: #warning: 'my own: warning'",
    '/source/My Service/Program.cs(5,17,5,20): warning CA1822: Mark members as static',
    "/source/MyService.csproj : warning NU1903: Package 'A' 1.0.0 has a known high severity vulnerability, https://github.com/advisories/GHSA-1",
    '/usr/share/dotnet/sdk/10.0.401/Sdks/Microsoft.NET.Sdk/targets/Microsoft.NET.EolTargetFrameworks.targets(32,5): warning NETSDK1138: out of support',
    'MSBUILD : warning MSB4011: "/a.targets" cannot be imported again',
    'CSC : warning EnableGenerateDocumentationFile: Set MSBuild property',
    'CSC : warning AD0001: Analyzer failed',
    'warning NU1903: without an origin',
    'ILLink : Trim analysis warning IL2026: Using member',
    '/source/Program.cs(3,1): Trim analysis warning IL2026: Using member',
    '/source/Tests.cs(7,9): warning xUnit1004: Test methods should not be skipped',
    '/source/MyService.csproj(16,39): warning : plain words',
    'EXEC : warning : from exec',
    'foo : warning X1: y',
  ]
  for (const text of found) {
    it(`finds ${text}`, () => {
      assert.equal(readWarning(text), text)
      assert.equal(readWarning(`${text}${project}`), text)
      assert.equal(readWarning(`${text} [/source/a.sln]`), text)
      assert.equal(readWarning(`${text} [/source/a.slnx]`), text)
      assert.equal(readWarning(`    ${text} [/source/MyService.csproj::TargetFramework=net10.0]`), text)
      assert.equal(readWarning(`     1>${text}${project}`), text)
    })
  }

  const others: readonly string[] = [
    '',
    '    7 Warning(s)',
    '    0 Error(s)',
    '  MyService -> /source/bin/Debug/net10.0/MyService.dll',
    "/source/Program.cs(5,17): error CS0103: The name 'x' does not exist",
    '/source/Program.cs(5,17): error CS1029: #error: warning CS0618: quoted',
    "dpkg: warning: files list file for package 'x' missing",
    'debconf: delaying package configuration, since apt-utils is not installed',
    'npm warning deprecated inflight@1.0.6: This module is not supported',
    'npm WARN deprecated inflight@1.0.6: This module is not supported',
    'main.c:12:5: warning: unused variable [-Wunused-variable]',
    'W: Failed to fetch http://mirror.example/',
    'warning: LF will be replaced by CRLF',
    'MyService net10.0 succeeded with 1 warning(s) (2.3s) → bin/MyService.dll',
    '[Warning] One or more build-args [FOO] were not consumed',
  ]
  for (const line of others) {
    it(`finds nothing in "${line}"`, () => {
      assert.equal(readWarning(line), undefined)
    })
  }
})

describe('collectWarnings', () => {
  it('counts what is told again, in the order of the first lines', () => {
    const collector = collectWarnings()
    const lines = [
      'a.cs(1,1): warning CS0168: x [/a.csproj]',
      'b.cs(1,1): warning CS0219: y [/a.csproj]',
      '',
      'Build succeeded.',
    ]

    for (const line of [...lines, ...lines, '  1>a.cs(1,1): warning CS0168: x [/b.csproj]']) collector.take(line)

    assert.deepEqual(collector.warnings().map(formatWarning), [
      'a.cs(1,1): warning CS0168: x (3 times)',
      'b.cs(1,1): warning CS0219: y (2 times)',
    ])
    assert.equal(collector.isCut(), false)
  })

  it('shows a warning that is told once as it is', () => {
    assert.equal(formatWarning({ text: 'a : warning X1: y', times: 1 }), 'a : warning X1: y')
  })

  it('notices that the builder left lines out', () => {
    for (const line of ['[output clipped, log limit 1MiB reached]', '[output clipped, log limit 2.00MiB reached]']) {
      const collector = collectWarnings()

      collector.take(line)

      assert.ok(collector.isCut())
    }
  })
})
