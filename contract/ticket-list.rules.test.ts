import { expect, it } from 'vitest'
import { tagsAfterMerge } from './ticket-list.rules'

it('names the tag that is left, once', () => {
  expect(tagsAfterMerge('tag_a', 'tag_a', 'tag_b')).toBe('tag_b')
  expect(tagsAfterMerge('tag_c,tag_a,tag_b', 'tag_a', 'tag_b')).toBe('tag_c,tag_b')
  expect(tagsAfterMerge('tag_b,tag_c', 'tag_a', 'tag_b')).toBe('tag_b,tag_c')
})
