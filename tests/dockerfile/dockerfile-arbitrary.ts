import fc from 'fast-check'

/** What a Dockerfile means, as far as its images go. An image use is written as it is named in tests: see `meaningOf`. */
export interface Meaning {
  readonly stages: readonly {
    readonly name?: string
    readonly platform?: string
    readonly from: string
    readonly sources: readonly string[]
  }[]
}

interface Written {
  /** What stands in the file, and what it means. */
  readonly text: string
  readonly means: string
}

/** How a file is laid out, without a change of what it means. */
interface Layout {
  readonly byteOrderMark: boolean
  readonly escape: '\\' | '`'
  readonly lineEnd: '\n' | '\r\n'
  readonly lastLineEnd: boolean
  readonly casing: 'upper' | 'lower' | 'mixed'
  /** Between the words of an instruction; `E` is the escape, `N` a line end. */
  readonly gap: string
  /** Between instructions; `N` is a line end. */
  readonly between: string
}

const digest = `sha256:${'1'.repeat(64)}`

const images: readonly Written[] = [
  { text: 'ubuntu', means: 'docker.io/library/ubuntu' },
  { text: 'a/b:1.0', means: 'docker.io/a/b:1.0' },
  { text: 'localhost:5000/a', means: 'localhost:5000/a' },
  { text: 'mcr.microsoft.com/dotnet/aspnet:10.0', means: 'mcr.microsoft.com/dotnet/aspnet:10.0' },
  { text: `mcr.microsoft.com/dotnet/aspnet:10.0@${digest}`, means: `mcr.microsoft.com/dotnet/aspnet:10.0@${digest}` },
]
/** Of FROM only: it knows variables, quotes and escapes. The formatted file declares REPO and TAG. */
const imagesOfFrom: readonly Written[] = [
  ...images,
  { text: 'scratch', means: 'scratch' },
  { text: '$REPO:10.0', means: 'mcr.microsoft.com/dotnet/aspnet:10.0' },
  { text: '"${REPO}:${TAG:-latest}"', means: 'mcr.microsoft.com/dotnet/aspnet:24.04' },
  { text: '"$REPO":"${TAG}"', means: 'mcr.microsoft.com/dotnet/aspnet:24.04' },
  { text: '${NONE}ubuntu${NONE:-}', means: 'docker.io/library/ubuntu' },
  { text: 'ubuntu${TAG:+:24.04}', means: 'docker.io/library/ubuntu:24.04' },
]

const layouts: fc.Arbitrary<Layout> = fc.record({
  byteOrderMark: fc.boolean(),
  escape: fc.constantFrom('\\', '`'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  lastLineEnd: fc.boolean(),
  casing: fc.constantFrom('upper', 'lower', 'mixed'),
  gap: fc.constantFrom(' ', '\t', '  ', ' EN', ' EN  ', ' EN# a comment FROM nowhereN  ', ' EN  # indentedN'),
  between: fc.constantFrom('', 'N', '# FROM nowhereN', 'N  # COPY --from=nowhere a bNN'),
})

/** Behaves as other instructions do around those that name images. */
const fillers: readonly string[][] = [
  [],
  [['RUN', 'echo', 'FROM', 'nowhere'].join(' ')],
  ['RUN <<EOF', 'FROM nowhere', 'EOF'],
  ['COPY <<"FILE" /Dockerfile', 'COPY --from=nowhere a b', 'FILE'],
  ['LABEL from="nowhere"'],
  ['RUN cat << EOF > /Dockerfile', 'FROM nowhere', 'EOF'],
  ['RUN cat 3<<-"two words"', 'FROM nowhere', '\t\ttwo words'],
  ['RUN sh -c "cat <<EOF"'],
  ['ONBUILD RUN <<EOF', 'FROM nowhere', 'EOF'],
]

/** A Dockerfile in any layout, with what it means. */
export const formattedDockerfile: fc.Arbitrary<{ text: string; meaning: Meaning }> = fc
  .record({
    layout: layouts,
    stages: fc.array(
      fc.record({
        from: fc.nat(),
        name: fc.option(fc.constantFrom('build', 'Base', 'final-1'), { nil: undefined }),
        platform: fc.option(fc.constantFrom('linux/amd64', '$BUILDPLATFORM'), { nil: undefined }),
        sources: fc.array(fc.record({ by: fc.constantFrom('COPY', 'RUN'), what: fc.nat() }), { maxLength: 3 }),
        filler: fc.constantFrom(...fillers),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ layout, stages }) => {
    const lines = [
      ['ARG', 'REPO=mcr.microsoft.com/dotnet/aspnet'],
      ['ARG', 'TAG=24.04'],
    ].map((words) => instruction(words, layout))
    const meaning: { -readonly [Key in keyof Meaning]: Meaning['stages'][number][] } = { stages: [] }
    const lastByName = stagesByName(
      stages.map(({ name }) => ({ ...(name !== undefined && { name }), from: '', sources: [] })),
    )
    for (const [index, { from, name, platform, sources, filler }] of stages.entries()) {
      const earlier = stagesByName(meaning.stages)
      const base = pick(
        [...imagesOfFrom, ...earlier.map(({ text, means }) => ({ text: text.toLowerCase(), means }))],
        from,
      )
      const numbers = meaning.stages.map((_, at) => ({ text: String(at), means: `stage ${String(at)}` }))
      const lent = sources.map(({ by, what }) => ({
        by,
        ...pick([...images, ...lastByName, ...(by === 'COPY' ? numbers : [])], what),
      }))
      lines.push(
        instruction(
          [
            'FROM',
            ...(platform === undefined ? [] : [`--platform=${platform}`]),
            base.text,
            ...(name === undefined ? [] : ['AS', name]),
          ],
          layout,
        ),
        ...lent.map(({ by, text }) =>
          instruction(
            by === 'COPY'
              ? ['COPY', '--link', `--from=${text}`, `/a${String(index)}`, '/b']
              : ['RUN', `--mount=type=bind,from=${text},target=/b`, 'true'],
            layout,
          ),
        ),
        filler.map((line) => `${line}${layout.lineEnd}`).join(''),
      )
      meaning.stages.push({
        ...(name !== undefined && { name }),
        ...(platform !== undefined && { platform }),
        from: base.means,
        sources: lent.map(({ means }) => means),
      })
    }
    const directive = layout.escape === '`' ? `# escape=\`${layout.lineEnd}` : ''
    const body = lines.join(layout.between.replaceAll('N', layout.lineEnd))
    const text = `${layout.byteOrderMark ? '\uFEFF' : ''}${directive}${body}`
    return { text: layout.lastLineEnd ? text : text.trimEnd(), meaning }
  })

/** Stages by their names in another case; of two with one name the later one counts. */
function stagesByName(stages: Meaning['stages']): Written[] {
  const byName = new Map(stages.flatMap(({ name }, index) => (name === undefined ? [] : [[name.toUpperCase(), index]])))
  return [...byName].map(([text, index]) => ({ text, means: `stage ${String(index)}` }))
}

function pick(choices: readonly Written[], number: number): Written {
  const choice = choices[number % choices.length]
  if (choice === undefined) throw new Error('There is nothing to choose from.')
  return choice
}

function instruction([keyword = '', ...words]: readonly string[], { casing, gap, escape, lineEnd }: Layout): string {
  const cased = {
    upper: keyword,
    lower: keyword.toLowerCase(),
    mixed: keyword.slice(0, 1) + keyword.slice(1).toLowerCase(),
  }[casing]
  const space = gap.replaceAll('E', escape).replaceAll('N', lineEnd)
  return `${[cased, ...words].join(space)}${lineEnd}`
}

const words =
  'FROM a|FROM |from b AS c|ARG |COPY |ADD |RUN |ONBUILD |ENV |HEALTHCHECK CMD |--from=|--mount=|type=bind,from=|' +
  `--platform=|--link |["a"|]|a|/b:1|0|X=1|$X|\${X:-|\${X#*|\${X/|}|\${|"|'|@|,|=|<<EOF|<< "E F"|<<-|EOF\n|E F\n|<|` +
  ' | |\t|\n|\n|\r\n|\r|\\|\\\n|`|`\n|# escape=`\n|# c\n|\uFEFF|é|😀'

/** Texts out of what Dockerfiles are made of, in any order. */
export const soup: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...words.split('|')), { maxLength: 40 })
  .map((parts) => parts.join(''))

/** Files that mean something, and texts that may mean nothing. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  soup,
  formattedDockerfile.map(({ text }) => text),
)
