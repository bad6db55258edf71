import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { system } from '../../lib/actor'
import { openTestDatabase } from '../../testing/database'
import { audience, currentCursor, eventsAfter, oldestSeqSince, writeEvent } from './events.store'

let db: Awaited<ReturnType<typeof openTestDatabase>>
beforeAll(async () => {
  db = await openTestDatabase()
})
afterAll(() => db.close())

const write = (type: string, more: Partial<Parameters<typeof writeEvent>[1]> = {}) =>
  db.write((tx) =>
    writeEvent(tx, { type, subject: 's', at: 1000, actor: system, audience: [audience.agents], ...more }),
  )

describe('events', () => {
  it('have rising numbers, also when written at once, and none for what was rolled back', async () => {
    expect(await db.read(currentCursor)).toBe('0')
    const seqs = await Promise.all(Array.from({ length: 20 }, (_, at) => write(`t${at}`)))
    expect([...seqs]).toEqual([...seqs].sort((a, b) => a - b))
    const failed = db.write(async (tx) => {
      await writeEvent(tx, { type: 'never', subject: 's', at: 0, actor: system, audience: [] })
      throw new Error('rolled back')
    })
    await expect(failed).rejects.toThrow('rolled back')
    const last = await write('after')
    expect(last).toBeGreaterThan(seqs.at(-1) ?? 0)
    const rows = await db.read((tx) => eventsAfter(tx, 0, 500))
    expect(rows.map((row) => row.seq)).toEqual([...seqs, last])
    expect(rows.map((row) => row.type)).not.toContain('never')
    expect(await db.read(currentCursor)).toBe(String(last))
  })

  it('keep who, what and for whom', async () => {
    const seq = await write('x', {
      actor: { kind: 'visitor', id: 'vis_1', siteId: 'sit_1' },
      audience: [audience.site('sit_1'), audience.visitor('vis_1')],
      facts: { words: '中文 "quoted"', nested: { list: [1, null] } },
      forAgents: null,
      forVisitor: { leftQueue: 3 },
      ticketId: 'tkt_1',
      consultationId: 'con_1',
    })
    const [row] = await db.read((tx) => eventsAfter(tx, seq - 1, 1))
    expect(row).toEqual({
      seq,
      type: 'x',
      at: 1000,
      subject: 's',
      ticketId: 'tkt_1',
      consultationId: 'con_1',
      actorKind: 'visitor',
      actorId: 'vis_1',
      audience: ' site:sit_1 visitor:vis_1 ',
      facts: { words: '中文 "quoted"', nested: { list: [1, null] } },
      agentData: null,
      visitorData: { leftQueue: 3 },
    })
  })

  it('are read in pages after a cursor, and by age', async () => {
    const [a, b, c] = [
      await write('a', { at: 5000 }),
      await write('b', { at: 6000 }),
      await write('c', { at: 7000 }),
    ]
    expect((await db.read((tx) => eventsAfter(tx, a, 1))).map((row) => row.seq)).toEqual([b])
    expect((await db.read((tx) => eventsAfter(tx, b, 10))).map((row) => row.seq)).toEqual([c])
    expect(await db.read((tx) => eventsAfter(tx, c, 10))).toEqual([])
    expect(await db.read((tx) => oldestSeqSince(tx, 5000))).toBe(b)
    expect(await db.read((tx) => oldestSeqSince(tx, 7000))).toBeNull()
  })
})
