import assert from 'node:assert/strict'
import { summarizeBuild } from '../../src/build-image/summarize-build.ts'
import { digestOf } from '../../src/model/digest.ts'
import { aLocalImage, aRecord } from '../support/builders.ts'

const image = aLocalImage({
  layers: ['a', 'b', 'c'],
  size: 120_000_000,
  user: '1654',
  ports: ['8080/tcp', '8081/tcp'],
  environment: { ASPNET_VERSION: '10.0.14' },
})
const built = { name: 'localhost/platform-image/image:1', image, base: undefined, steps: [] }

describe('summarizeBuild', () => {
  it('says what the image is, what it stands on, and what the build took', () => {
    const base = aLocalImage({ layers: ['a'], size: 110_000_000 })
    const steps = [
      { name: '[1/3] FROM a', seconds: 0, cached: true },
      { name: '[2/3] RUN a | b `c`', seconds: 12.34, cached: false },
    ]

    const markdown = summarizeBuild({ ...built, base, steps }, aRecord())

    assert.equal(
      markdown,
      [
        '### Build of platform/aspnet:10.0-noble',
        '',
        '| | |',
        '|---|---|',
        `| Image | \`platform/aspnet:10.0-noble\` \`${image.id}\` |`,
        '| Size | 120 MB, 10.0 MB above its base |',
        '| Layers | 3, 2 above its base |',
        '| Platform | linux/amd64 |',
        '| User | `1654` |',
        '| Ports | `8080/tcp`, `8081/tcp` |',
        `| Base | \`mcr.microsoft.com/dotnet/aspnet:10.0\` \`${digestOf('base index')}\` |`,
        '| .NET | 10.0.14 |',
        '',
        '| Time | Step |',
        '|---:|---|',
        '| cached | `[1/3] FROM a` |',
        "| 12.3 s | `[2/3] RUN a \\| b 'c'` |",
        '',
      ].join('\n'),
    )
  })

  it('says what an image without base, user and ports has instead', () => {
    const plain = aLocalImage({ size: 999 })

    const markdown = summarizeBuild({ ...built, image: plain }, aRecord())

    assert.match(markdown, /\| Size \| 999 bytes \|/)
    assert.match(markdown, /\| Layers \| 1 \|/)
    assert.match(markdown, /\| User \| none, and so root \|/)
    assert.match(markdown, /\| Ports \| none \|/)
    assert.doesNotMatch(markdown, /\.NET/)
  })

  it('names the base where there is no release line, and cuts a step that is a script', () => {
    const { replaces, platform, base, buildArguments, mirrors } = aRecord()
    const steps = [{ name: `RUN ${'x'.repeat(500)}`, seconds: 1, cached: false }]

    const markdown = summarizeBuild({ ...built, steps }, { replaces, platform, base, buildArguments, mirrors })

    assert.match(markdown, /^### Build of an image on mcr\.microsoft\.com\/dotnet\/aspnet:10\.0\n/)
    assert.match(markdown, /\| 1\.0 s \| `RUN x{155}…` \|/)
  })
})
