import assert from 'node:assert/strict'
import { showNames } from '../../../src/docker/buildkit/show-names.ts'

describe('showNames', () => {
  const ours = 'localhost/platform-image/base:1'

  it('puts what readers know in place of our names, everywhere', () => {
    const show = showNames({ [ours]: 'aspnet:10.0' })

    assert.equal(show(`FROM ${ours}: ${ours} is there`), 'FROM aspnet:10.0: aspnet:10.0 is there')
  })

  it('shows a name whole that begins with another', () => {
    const show = showNames({ [ours]: 'the base', [`${ours}.linux-arm64-v8`]: 'the other base' })

    assert.equal(show(`${ours}.linux-arm64-v8 ${ours}`), 'the other base the base')
  })
})
