import { expect, it } from 'vitest'
import { isLegible, legibleColour } from './colour'
import { readOrigins, toOrigin } from './origins'
import { embedSnippet } from './snippets'

it.each([
  ['https://zwfw.example.cn/help?x=1', 'https://zwfw.example.cn'],
  ['ZWFW.Example.cn', 'https://zwfw.example.cn'],
  ['http://localhost:8788', 'http://localhost:8788'],
  ['ftp://example.cn', undefined],
  ['not an address', undefined],
  ['', undefined],
])('takes the origin out of %s', (text, origin) => expect(toOrigin(text)).toBe(origin))

it('reads a list once each and names what is no address', () => {
  expect(readOrigins('a.cn\nhttps://a.cn/x\n%%')).toEqual({ good: ['https://a.cn'], bad: ['%%'] })
})

it('darkens a colour until white text on it can be read', () => {
  expect(isLegible('#ffd54f')).toBe(false)
  expect(isLegible(legibleColour('#ffd54f'))).toBe(true)
  expect(legibleColour('#0b6e63')).toBe('#0b6e63')
  expect(legibleColour('nonsense')).toBe('#0b6e63')
})

it('writes the embed line with what differs from the default, escaped', () => {
  const theme = { color: '#0B6E63', title: '', greeting: '' }
  expect(embedSnippet({ key: 'demo', theme }, 'https://h.cn')).toBe(
    '<script async src="https://h.cn/widget.js" data-site="demo"></script>',
  )
  expect(
    embedSnippet({ key: 'd', theme: { ...theme, color: '#123456', title: 'a"b' } }, 'https://h.cn'),
  ).toContain('data-color="#123456" data-label="a&quot;b"')
})
