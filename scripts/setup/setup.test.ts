import { expect, test } from 'vitest'
import { parseEnv } from './env-file.mjs'
import { externalLiveKit } from './livekit.mjs'
import { hashFromList, releaseArchive } from './livekit-release.mjs'

test('.env: comments, quotes and export', () => {
  const text = '# note\nPORT=9000 # here\nexport DEMO="off"\nURL=http://a/#b\nEMPTY=\nnonsense\n'
  expect(parseEnv(text)).toEqual({ PORT: '9000', DEMO: 'off', URL: 'http://a/#b', EMPTY: '' })
})

test('an external LiveKit needs all three values', () => {
  const all = { LIVEKIT_URL: 'ws://x', LIVEKIT_API_KEY: 'k', LIVEKIT_API_SECRET: 's' }
  expect(externalLiveKit(all)).toMatchObject({ kind: 'external', url: 'ws://x' })
  expect(externalLiveKit({})).toBeUndefined()
  expect(() => externalLiveKit({ LIVEKIT_URL: 'ws://x' })).toThrow(/LIVEKIT_API_KEY/)
})

test('a release is taken only with its hash from the list', () => {
  const hash = 'a'.repeat(64)
  const list = `${'b'.repeat(64)}  other.tar.gz\n${hash}  livekit.tar.gz\n`
  expect(hashFromList(list, 'livekit.tar.gz')).toBe(hash)
  expect(hashFromList(list, 'kit.tar.gz')).toBeUndefined()
  expect(releaseArchive('linux', 'x64')).toMatch(/_linux_amd64\.tar\.gz$/)
  expect(releaseArchive('sunos', 'x64')).toBeUndefined()
})
