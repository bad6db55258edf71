import { expect, it } from 'vitest'
import { stageKeys } from './stage-keys'

it('gives every action a key of its own, and ending none that a slip of the finger presses', () => {
  const keys = Object.values(stageKeys)
  expect(new Set(keys).size).toBe(keys.length)
  expect(stageKeys.end).toContain('mod+')
})
