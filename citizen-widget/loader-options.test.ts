import { describe, expect, it } from 'vitest'
import { readOptions } from './loader-options'

const src = 'https://help.example.org/widget.js'
const host = 'https://gov.example.cn'
const read = (data: Record<string, string>, lang = 'zh-CN') => readOptions(data, src, lang, host)

describe('readOptions', () => {
  it('needs nothing but the site key', () => {
    expect(read({ site: 'demo' })).toEqual({
      site: 'demo',
      origin: 'https://help.example.org',
      panelUrl: 'https://help.example.org/embed/demo?lang=zh-CN&host=https%3A%2F%2Fgov.example.cn',
      color: null,
      side: 'right',
      label: '在线帮办',
      lang: 'zh-CN',
      offset: 20,
    })
  })

  it.each([{}, { site: '' }, { site: 'a b' }, { site: '../x' }, { site: 'k"><script>' }] as Record<
    string,
    string
  >[])('refuses %j', (data) => expect(read(data)).toBeNull())

  it('hands the page’s theme on', () => {
    expect(read({ site: 'demo', theme: 'dark' })?.panelUrl).toMatch(/&theme=dark$/)
  })

  it('follows the page language unless told otherwise', () => {
    expect(read({ site: 'demo' }, 'en-GB')?.label).toBe('Get help')
    expect(read({ site: 'demo', lang: 'zh-CN' }, 'en')?.lang).toBe('zh-CN')
    expect(read({ site: 'demo' }, '')?.lang).toBe('zh-CN')
  })

  it('takes only plain colours, so that no CSS can be smuggled in', () => {
    expect(read({ site: 'demo', color: '#1d4f91' })?.color).toBe('#1d4f91')
    expect(read({ site: 'demo', color: 'red;}*{display:none' })?.color).toBeNull()
  })

  it('clamps the offset and the label', () => {
    expect(read({ site: 'demo', offset: '64' })?.offset).toBe(64)
    expect(read({ site: 'demo', offset: '-3' })?.offset).toBe(20)
    expect(read({ site: 'demo', offset: 'x' })?.offset).toBe(20)
    expect(read({ site: 'demo', label: '帮'.repeat(50) })?.label).toHaveLength(30)
  })

  it('takes the message origin from a separate panel address', () => {
    const o = read({ site: 'demo', panelUrl: 'https://panel.example.org/embed/demo' })
    expect(o?.origin).toBe('https://panel.example.org')
    const evil = Object.fromEntries([
      ['site', 'demo'],
      ['panelUrl', 'javascript:alert(1)'],
    ])
    expect(read(evil)?.origin).toBe('https://help.example.org')
  })
})
