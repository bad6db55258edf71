import { describe, expect, it } from 'vitest'
import type { AccountabilityReport, ReportFigure } from '../../../contract/escalations.schema'
import {
  command,
  happen,
  makeTicket,
  only,
  other,
  result,
  step,
  test,
  useWorld,
  type Who,
  who,
} from './testing/escalations.world'

useWorld()

const month = '2026-11'
/** Nobody sweeps meanwhile: what is not acknowledged stays where it is. */
const until = (clock: string) => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  test.clock.advance(
    (Date.parse('2026-11-20T00:00:00+08:00') - test.clock.now()) / 1000 + hours * 3600 + minutes * 60,
  )
}
const close = async (by: Who, ticketId: string) => {
  const closed = await command(by, (await only(ticketId)).id, 'close', result)
  expect(closed.status).toBe(200)
}
const report = async (by = who.cityHead): Promise<AccountabilityReport> =>
  (await test.request('GET', `/escalations/report?month=${month}`, { cookie: by.cookie })).body
const behind = async (figure: ReportFigure, more = ''): Promise<string[]> => {
  const { body } = await test.request(
    'GET',
    `/escalations/report/matters?month=${month}&figure=${figure}${more}`,
    {
      cookie: who.cityHead.cookie,
    },
  )
  return body.items.map((each: { ticketId: string }) => each.ticketId).sort()
}

/** Six matters of a Friday morning, an hour each to be settled in; looked at at 11:30. */
const makeMorning = async () => {
  await test.request('PUT', '/escalations/times', {
    cookie: who.admin.cookie,
    body: { acknowledgeMinutes: 60, settleMinutes: 60, redLightMinutes: 10 },
  })
  const add = async (level: number) => {
    const { id } = await makeTicket()
    await step(id, level)
    return id
  }
  // 10:00
  const [quick, slow, back, forgotten] = [await add(2), await add(2), await add(2), await add(4)]
  until('10:15')
  await close(who.townHead, back)
  until('10:45')
  await close(who.townHead, quick)
  until('11:00')
  await happen(back, 'ticket.reopened', {})
  const fresh = await add(3)
  const { id: refused } = await makeTicket()
  await test.request('POST', `/tickets/${refused}/escalations`, {
    cookie: who.agent.cookie,
    body: { departmentId: other.id, why: '要税务局核定' },
  })
  await command(who.otherHead, (await only(refused)).id, 'refuse', { reason: '不归我局' })
  until('11:30')
  await close(who.townHead, slow)
  return { quick, slow, back, forgotten, fresh, refused }
}

describe('the accountability of a month', () => {
  it('counts a morning as one would by hand, by person and by department', async () => {
    await makeMorning()
    const { people, departments, total } = await report()
    const none = {
      raised: 0,
      inTime: 0,
      late: 0,
      open: 0,
      returned: 0,
      reopened: 0,
      settled: 0,
      meanWorkingSeconds: null,
    }
    expect(
      Object.fromEntries(people.map(({ person, department: _, ...figures }) => [person.name, figures])),
    ).toEqual({
      // 45 minutes and 90 minutes of working time.
      周站长: {
        ...none,
        raised: 3,
        inTime: 1,
        late: 1,
        open: 1,
        reopened: 1,
        settled: 2,
        meanWorkingSeconds: (45 + 90) * 30,
      },
      陈晓雯: { ...none, raised: 1, open: 1, returned: 1 },
      何主任: { ...none, raised: 1, open: 1 },
      郭局长: { ...none, raised: 1, late: 1 },
    })
    expect(
      Object.fromEntries(departments.map(({ department, ...figures }) => [department.name, figures])),
    ).toEqual({
      柳林镇: {
        ...none,
        raised: 4,
        inTime: 1,
        late: 1,
        open: 2,
        returned: 1,
        reopened: 1,
        settled: 2,
        meanWorkingSeconds: (45 + 90) * 30,
      },
      青云区: { ...none, raised: 1, open: 1 },
      清河市: { ...none, raised: 1, late: 1 },
    })
    expect(total).toEqual({
      raised: 6,
      inTime: 1,
      late: 2,
      open: 3,
      returned: 1,
      reopened: 1,
      settled: 2,
      meanWorkingSeconds: (45 + 90) * 30,
    })
  })

  it('opens to the matters behind every number', async () => {
    const { quick, slow, back, forgotten, fresh, refused } = await makeMorning()
    const all = [quick, slow, back, forgotten, fresh, refused]
    expect(await behind('raised')).toEqual([...all].sort())
    expect(await behind('in_time')).toEqual([quick])
    expect(await behind('late')).toEqual([slow, forgotten].sort())
    expect(await behind('open')).toEqual([back, fresh, refused].sort())
    expect(await behind('settled')).toEqual([quick, slow].sort())
    expect(await behind('returned')).toEqual([refused])
    expect(await behind('reopened')).toEqual([back])
    expect(await behind('late', `&ofAgentId=${who.townHead.id}`)).toEqual([slow])
    expect(await behind('in_time', `&ofAgentId=${who.cityHead.id}`)).toEqual([])
  })

  it('is of the own branch, and of its month', async () => {
    await makeMorning()
    expect((await report(who.countyHead)).total).toMatchObject({ raised: 5, late: 1 })
    expect((await report(who.otherHead)).total).toMatchObject({ raised: 0 })
    const december = await test.request('GET', '/escalations/report?month=2026-12', {
      cookie: who.cityHead.cookie,
    })
    expect(december.body.total.raised).toBe(0)
    expect(
      (await test.request('GET', `/escalations/report?month=${month}`, { cookie: who.agent.cookie })).status,
    ).toBe(403)
  })

  it('a matter that runs over its hour afterwards is late from then on', async () => {
    await makeMorning()
    // 12:00 is the end of the hour of those raised at 11:00; the clock stands on it, which is in time.
    until('12:00')
    expect((await report()).total).toMatchObject({ late: 2, open: 3 })
    until('12:01')
    expect((await report()).total).toMatchObject({ late: 5, open: 0 })
  })
})
