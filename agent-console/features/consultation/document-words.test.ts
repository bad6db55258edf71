import { expect, it } from 'vitest'
import { sizeText, viewingOf } from './document-words'

it('writes sizes short', () => {
  expect([0, 1023, 1024, 1536, 52_428_800, 1_048_000].map(sizeText)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KB',
    '1.5 KB',
    '50 MB',
    '1.0 MB',
  ])
})

it('shows only what the server serves inline', () => {
  expect(viewingOf('application/pdf')).toBe('pdf')
  expect(viewingOf('image/png')).toBe('image')
  expect(viewingOf('audio/ogg')).toBe('audio')
  expect(viewingOf('application/zip')).toBe('none')
})
