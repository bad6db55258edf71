import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { statesDocument } from './states'

describe('docs/states.md', () => {
  it('shows the transition tables as they are (npx tsx scripts/docs/states.ts writes it)', () => {
    expect(readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8')).toBe(statesDocument())
  })
})
