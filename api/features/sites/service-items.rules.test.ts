import { describe, expect, it } from 'vitest'
import { grams, rankServiceItems } from './service-items.rules'

const item = (name: string, nameEn: string, keywords: string, summary = '') => ({
  name,
  nameEn,
  keywords,
  summary,
  summaryEn: '',
})
const items = [
  item(
    '个体工商户设立登记',
    'Registration of a sole trader',
    '营业执照 开店 小卖部 注册',
    '开办个体户领取执照',
  ),
  item('食品经营许可证核发', 'Food business licence', '餐饮 饭店 奶茶店 食品证'),
  item('不动产抵押登记', 'Mortgage registration', '房产 房贷 抵押 解押'),
  item('城乡居民基本医疗保险参保登记', 'Resident medical insurance enrolment', '医保 社保 缴费'),
]
const first = (query: string) => rankServiceItems(items, query)[0]?.nameEn

describe('rankServiceItems', () => {
  it.each([
    ['营业执照怎么办', 'Registration of a sole trader'],
    ['我想开一家奶茶店，需要什么材料', 'Food business licence'],
    ['房贷还清了怎么解押', 'Mortgage registration'],
    ['医保', 'Resident medical insurance enrolment'],
    ['How do I get a food licence?', 'Food business licence'],
    ['mortgage', 'Mortgage registration'],
    ['ＭＯＲＴＧＡＧＥ', 'Mortgage registration'],
  ])('%s', (query, expected) => {
    expect(first(query)).toBe(expected)
  })

  it.each([['今天天气'], ['怎么办理'], ['what do I need'], ['%_'], ['？？']])(
    'answers nothing for %s',
    (query) => {
      expect(rankServiceItems(items, query)).toEqual([])
    },
  )

  it('keeps all items in their order for an empty query', () => {
    expect(rankServiceItems(items, '  ')).toEqual(items)
  })
})

describe('grams', () => {
  it('pairs characters, keeps words whole and each once', () => {
    expect(grams('医保卡 ABC 医保')).toEqual(['医保', '保卡', 'abc'])
    expect(grams('证')).toEqual(['证'])
  })
})
