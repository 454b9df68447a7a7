import assert from 'node:assert/strict'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { newestSyntax } from '../../src/dockerfile/newest-syntax.ts'

describe('newestSyntax', () => {
  const found: readonly (readonly [text: string, what: string, line: number, engine: number])[] = [
    ['FROM a\nRUN <<EOF\necho\nEOF', 'a heredoc', 2, 23],
    ['FROM a\nRUN cat <<-"EOF" > x\nx\n\tEOF\n', 'a heredoc', 2, 23],
    ['FROM a\nRUN echo && \\\n  cat <<EOF\nx\nEOF', 'a heredoc', 2, 23],
    ['FROM a\nCOPY <<one <<two /x/\n1\none\n2\ntwo', 'a heredoc', 2, 23],
    ['FROM a\nADD <<one /x\n1\none', 'a heredoc', 2, 23],
    ['FROM a\nCOPY --from=b --link x y', 'COPY --link', 2, 23],
    ['FROM a\nADD --checksum=sha256:1 https://x.example y', 'ADD --checksum', 2, 25],
    ['FROM a\nADD --keep-git-dir=true https://x.example/a.git y', 'ADD --keep-git-dir', 2, 25],
    ['FROM a\nADD --exclude=*.md x y', 'ADD --exclude', 2, 28],
    ['FROM a\nCOPY --exclude=*.md x y', 'COPY --exclude', 2, 28],
    ['FROM a\nCOPY --parents x y', 'COPY --parents', 2, 29],
    ['FROM a\nHEALTHCHECK --interval=5s --start-interval=1s CMD x', 'HEALTHCHECK --start-interval', 2, 25],
    ['FROM a\nRUN --network=none x', 'RUN --network', 2, 23],
    ['FROM a\nRUN --security=sandbox x', 'RUN --security', 2, 29],
    ['FROM a\nADD --unpack=true x y', 'ADD --unpack', 2, 28],
    ['FROM a\nONBUILD COPY --link x y', 'COPY --link', 2, 23],
    ['FROM a\nONBUILD RUN <<E\nE', 'a heredoc', 2, 23],
    ['FROM a\nRUN cat << EOF\nEOF', 'a heredoc with a space behind <<', 2, 28],
    ['# check=skip=all\n# escape=`\nFROM a', '# check= before another directive', 1, 27],
    ['ARG A\nFROM a:${A-1}', 'a variable with - or + without a colon', 2, 27],
    ['ARG A=${B+1}\nFROM a', 'a variable with - or + without a colon', 1, 27],
    ['ARG A=b\nARG A\nFROM a:$A', 'a variable that a later ARG without a value declares again', 3, 27],
    ['ARG TARGETOS\nFROM a:$TARGETOS', 'a variable that a later ARG without a value declares again', 2, 27],
    ['ARG A=v1\nFROM a:${A#v}', 'a variable that is changed by a pattern', 2, 26],
    ['FROM a:$TARGETSTAGE', 'the variable TARGETSTAGE', 1, 27],
    ['FROM --platform=linux/${TARGETOSVERSION:-amd64} a', 'the version of an operating system', 1, 28],
    ['FROM a\nCOPY --link x y\nADD --checksum=sha256:1 https://x.example y\nRUN <<E\nE', 'ADD --checksum', 3, 25],
  ]
  for (const [text, what, line, engine] of found) {
    it(`finds ${what} in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(newestSyntax(parseDockerfile(text)), { what, line, engine })
    })
  }

  const plain = [
    'FROM a\nRUN x=$((1<<2))',
    'FROM a\nRUN sh -c "cat <<EOF\\nx\\nEOF"\nRUN y',
    'FROM a\nRUN cat <<<x',
    'ARG TARGETOS\nARG A\nFROM a:${A:-b}',
    'FROM a\nARG A=${B#x}\nRUN echo ${A#x} $TARGETSTAGE',
    '# escape=`\n# check=skip=all\nFROM a',
    'FROM a\nRUN --mount=type=cache,target=/c x\nCOPY --chmod=755 --chown=1 x y',
    'FROM a\nADD https://x.example/<<a y',
    'FROM a\nHEALTHCHECK --interval=5s CMD x --start-interval',
    'FROM a\nRUN x --network=none',
    '# syntax=docker/dockerfile:1\nFROM a\nRUN <<EOF\necho\nEOF',
  ]
  for (const text of plain) {
    it(`finds nothing in ${JSON.stringify(text)}`, () => {
      assert.equal(newestSyntax(parseDockerfile(text)), undefined)
    })
  }
})
