import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { needsContext } from '../../src/dockerfile/needs-context.ts'

const needs = (text: string) => needsContext(parseDockerfile(text))

describe('needsContext', () => {
  const rows: readonly (readonly [what: string, instructions: string, needs: boolean])[] = [
    ['nothing but FROM', '', false],
    ['RUN, ENV, USER and the like', 'RUN apt-get update\nENV A=b\nUSER app\nEXPOSE 80\nCMD ["COPY", "a"]', false],
    ['a comment', '# COPY a b', false],

    ['COPY', 'COPY a b', true],
    ['copy in lower case', '\t copy a b', true],
    ['COPY as a list', 'COPY ["a b", "c"]', true],
    ['COPY of everything', 'COPY . .', true],
    ['COPY of a variable', 'COPY $SOURCE /b', true],
    ['COPY with flags', 'COPY --link --chown=1654:1654 --chmod=755 a b', true],
    ['COPY over several lines', 'COPY \\\n# comment\n\n  a \\\n  b', true],
    ['COPY that names no source', 'COPY a', true],
    ['COPY without words', 'COPY', true],
    ['COPY in an earlier stage', 'COPY a b\nFROM scratch\nCOPY --from=0 /b /b', true],
    ['COPY with CRLF', 'RUN x\r\nCOPY a b\r\n', true],

    ['COPY --from a stage', 'COPY --from=build /a /b', false],
    ['COPY --from a number', 'COPY --from=0 /a /b', false],
    ['COPY --from behind other flags', 'COPY --link --chmod=755 --from=build /a /b', false],
    ['COPY --from before other flags', 'COPY --from=build --link /a /b', false],
    ['COPY --from as a list', 'COPY --from=build ["/a", "/b"]', false],
    ['COPY --from over several lines', 'COPY \\\n  --from=build \\\n# comment\n  /a /b', false],
    ['COPY --from nothing', 'COPY --from= a b', true],
    ['COPY --from without a value', 'COPY --from a b', true],
    ['COPY --FROM, which no builder knows', 'COPY --FROM=build a b', true],
    ['a path that looks like a flag', 'COPY a --from=build b', true],

    ['COPY of a heredoc', 'COPY <<EOF /b\ntext\nEOF', false],
    ['COPY of an empty heredoc', 'COPY <<EOF /b\nEOF', false],
    ['COPY of a heredoc with CRLF', 'COPY <<EOF /b\r\ntext\r\nEOF\r\n', false],
    ['COPY of a heredoc that is not expanded', 'COPY --chmod=755 <<"EOF" /b\ntext $A\nEOF\n', false],
    ['COPY of a heredoc with tabs', 'COPY <<-EOF /b\n\ttext\n\tEOF\n', false],
    ['COPY of two heredocs', 'COPY <<A <<B /b/\none\nA\ntwo\nB\n', false],
    ['COPY of a heredoc over several lines', 'COPY <<EOF \\\n  /b\ntext\nEOF', false],
    ['a heredoc that holds a Dockerfile', 'COPY <<EOF /Dockerfile\nFROM a\nCOPY a b\nEOF', false],
    ['a script as a heredoc', 'RUN <<EOF\ncp a b\nCOPY a b\nEOF\nRUN x', false],
    ['COPY of a heredoc and a file', 'COPY <<EOF a /b/\ntext\nEOF', true],
    ['COPY of a file and a heredoc', 'COPY a <<EOF /b/\ntext\nEOF', true],
    ['COPY of a file and a heredoc over several lines', 'COPY <<EOF \\\n  a \\\n  /b/\ntext\nEOF', true],
    ['COPY behind a heredoc', 'RUN <<EOF\nx\nEOF\nCOPY a b', true],
    ['COPY behind a heredoc of COPY', 'COPY <<EOF /b\n text\n EOF\nEOF\nCOPY a b', true],
    ['a file that is named like a heredoc', 'COPY ["<<EOF", "/b"]', true],
    ['a quoted file that is named like a heredoc', 'COPY "<<EOF" /b', true],
    ['a here-string', 'RUN cat <<<a\nCOPY a b', true],
    ['what only looks like a heredoc', 'RUN sh -c "cat <<EOF"\nCOPY a b', true],
    ['what only looks like a heredoc before a real one', 'RUN echo "a <<b c"\nCOPY a b\nRUN <<b\nx\nb\n', true],
    ['a heredoc that does not end', 'RUN cat <<EOF\nx', true],
    ['a heredoc with a space', 'COPY << EOF /b\ntext\nEOF', true],
    ['an unknown instruction', 'INCLUDE other.Dockerfile', true],

    ['ADD', 'ADD a b', true],
    ['ADD of http', 'ADD http://example.com/a /b', false],
    ['ADD of https', 'ADD --checksum=sha256:1 https://example.com/a /b', false],
    ['ADD of https as a list', 'ADD ["https://example.com/a", "/b"]', false],
    ['ADD of https in quotes', 'ADD "https://example.com/a" /b', false],
    ['ADD of https with a variable in it', 'ADD https://example.com/$VERSION/a /b', false],
    ['ADD of several addresses', 'ADD https://example.com/a https://example.com/b /c/', false],
    ['ADD of a repository by https', 'ADD --keep-git-dir=true https://example.com/a.git#v1:sub /b', false],
    ['ADD of a repository by git', 'ADD git://example.com/a.git /b', false],
    ['ADD of a repository by ssh', 'ADD ssh://git@example.com/a.git /b', false],
    ['ADD of a repository by user and host', 'ADD git@example.com:a/b.git#main /b', false],
    ['ADD of a heredoc', 'ADD <<EOF /b\ntext\nEOF', false],
    ['ADD of a heredoc and an address', 'ADD <<EOF https://example.com/a /b/\ntext\nEOF', false],
    ['ADD of an address and a file', 'ADD https://example.com/a a /b/', true],
    ['ADD of a heredoc and a file', 'ADD <<EOF a /b/\ntext\nEOF', true],
    ['ADD of a variable', 'ADD $URL /b', true],
    ['ADD of a file that is named like a host', 'ADD example.com/a.git /b', true],
    ['ADD --from, which no builder knows', 'ADD --from=build a b', true],
    ['COPY of an address, which is a path', 'COPY https://example.com/a /b', true],

    ['a bind mount', 'RUN --mount=type=bind,target=/a x', true],
    ['a bind mount by default', 'RUN --mount=target=/a x', true],
    ['a bind mount of a folder', 'RUN --mount=type=bind,source=src,target=/a,rw x', true],
    ['a bind mount behind others', 'RUN --network=none --mount=type=cache,target=/a --mount=target=/b x', true],
    [
      'a bind mount over several lines',
      'RUN \\\n  --mount=type=cache,\\\ntarget=/a \\\n  --mount=target=/b \\\n  x',
      true,
    ],
    ['a bind mount in capitals', 'RUN --mount=Type=BIND,Target=/a x', true],
    ['a bind mount and a heredoc', 'RUN --mount=target=/a <<EOF\nx\nEOF', true],
    ['a bind mount from nothing', 'RUN --mount=type=bind,from=,target=/a x', true],
    ['a mount of an unknown type', 'RUN --mount=type=$TYPE,target=/a x', true],
    ['a mount of two types', 'RUN --mount=type=cache,target=/a,type=bind x', true],
    ['a mount that says nothing', 'RUN --mount x', true],
    ['a bind mount from a stage', 'RUN --mount=type=bind,from=build,target=/a x', false],
    ['a bind mount from a stage by default', 'RUN --mount=from=build,target=/a x', false],
    ['a cache', 'RUN --mount=type=cache,target=/a x', false],
    ['a cache in capitals', 'RUN --mount=Type=Cache,target=/a x', false],
    ['a file system in memory', 'RUN --mount=type=tmpfs,target=/a x', false],
    ['a secret', 'RUN --mount=type=secret,id=a --mount=type=ssh x', false],
    ['a word of the command', 'RUN x --mount=target=/a', false],

    ['ONBUILD', 'ONBUILD COPY a b\nONBUILD ADD a b\nONBUILD RUN --mount=target=/a x', false],
    ['ONBUILD of a heredoc', 'ONBUILD COPY <<EOF /b\ntext\nEOF\nRUN x', false],
    ['ONBUILD of a heredoc that does not end', 'ONBUILD RUN echo "a <<b"\nCOPY a b', true],
    ['ONBUILD of a stage that another is built on', 'FROM a AS Base\nONBUILD COPY a b\nFROM base', true],
    ['ONBUILD of a stage that another may be built on', 'FROM a AS b\nONBUILD COPY a b\nFROM $BASE', true],
    ['ONBUILD of a stage that only lends files', 'FROM a AS b\nONBUILD COPY a b\nFROM c\nCOPY --from=b /a /b', false],
    ['ONBUILD that takes nothing', 'FROM a AS b\nONBUILD COPY --from=c a b\nFROM b', false],
  ]
  for (const [what, instructions, isNeeded] of rows) {
    it(`${isNeeded ? 'sees a need' : 'sees no need'} in ${what}`, () => {
      assert.equal(needs(`FROM mcr.microsoft.com/dotnet/aspnet:10.0\n${instructions}`), isNeeded)
    })
  }

  it('follows the escape directive', () => {
    assert.equal(needs('# escape=`\nFROM a\nCOPY `\n  --from=build a b\n'), false)
    assert.equal(needs('# escape=`\nFROM a\nRUN dir C:\\\nCOPY a b\n'), true)
  })

  it('reads past a byte order mark', () => {
    assert.equal(needs('\uFEFFFROM a\nRUN x\n'), false)
    assert.equal(needs('\uFEFFFROM a\nCOPY a b\n'), true)
  })

  it('has an answer for any text', () => {
    const piece = fc.constantFrom(
      ...['FROM a AS b', 'COPY', 'ADD', 'RUN', 'ONBUILD', ' --from=b', ' --mount=', 'type=cache', ',', '=', ' a', '"'],
      ...[' <<EOF', ' <<-"A"', 'EOF', ' <<', '\n', '\r\n', '\r', ' \\\n', '\\', '[', ']', '#', ' https://x', '$', '\t'],
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 }))), (pieces) => {
        assert.equal(typeof needs(pieces.join('')), 'boolean')
      }),
      { numRuns: 2000 },
    )
  })

  it('sees a COPY behind whatever else is there', () => {
    const harmless = fc.constantFrom(
      ...[
        'RUN x',
        'ENV A=b',
        '# COPY',
        'COPY --from=b /a /b',
        'COPY <<EOF /b\nx\nEOF',
        'RUN <<A cat\n"\nA',
        'CMD ["a"]',
      ],
      ...[
        'RUN a \\\n  b',
        'RUN --mount=type=cache,target=/a \\\n # c\n x',
        'ADD https://a/b /c',
        "RUN echo 'it' <<B\nx\nB",
      ],
    )
    fc.assert(
      fc.property(fc.array(harmless), fc.array(harmless), (before, after) => {
        const text = (middle: readonly string[]) => ['FROM a', ...before, ...middle, ...after].join('\n')

        assert.equal(needs(text([])), false)
        assert.equal(needs(text(['COPY a b'])), true)
      }),
    )
  })
})
