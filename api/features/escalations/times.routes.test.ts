import { describe, expect, it } from 'vitest'
import { standardTimes } from '../../../contract/escalation-times.rules'
import {
  command,
  makeTicket,
  minute,
  only,
  other,
  pass,
  result,
  step,
  test,
  town,
  useWorld,
  type Who,
  who,
} from './testing/escalations.world'

useWorld()

const times = { acknowledgeMinutes: 30, settleMinutes: 240, redLightMinutes: 10 }
const put = (by: Who, body: Record<string, unknown>) =>
  test.request('PUT', '/escalations/times', { cookie: by.cookie, body })
const at = (text: string) => Date.parse(text)

describe('the times of the tracker', () => {
  it('are the standard ones until an administrator sets others, which everybody may read', async () => {
    const read = () => test.request('GET', '/escalations/times', { cookie: who.agent.cookie })
    expect((await read()).body).toEqual({ ...standardTimes, standard: standardTimes })
    expect((await put(who.admin, times)).body).toEqual({ ...times, standard: standardTimes })
    expect((await read()).body).toMatchObject(times)
  })

  it('are set by administrators only, within their limits', async () => {
    expect((await put(who.cityHead, times)).status).toBe(403)
    expect((await put(who.agent, times)).status).toBe(403)
    expect((await put(who.admin, { ...times, redLightMinutes: 4 })).status).toBe(400)
    expect((await put(who.admin, { ...times, settleMinutes: 29 })).status).toBe(400)
    const crossed = await put(who.admin, { ...times, acknowledgeMinutes: 241 })
    expect(crossed.status).toBe(400)
    expect(crossed.body.errors[0].path).toContain('acknowledgeMinutes')
    expect((await put(who.admin, { ...times, climbMinutes: 5 })).status).toBe(400)
  })

  it('hold for what is raised from then on; a deadline that was named stays', async () => {
    const [before, after] = [await makeTicket(), await makeTicket()]
    await step(before.id, 2)
    const early = await only(before.id)
    await put(who.admin, times)
    await step(after.id, 2)
    const late = await only(after.id)
    const raised = at(late.raisedAt)
    expect(at(late.acknowledgeBy) - raised).toBe(30 * 60_000)
    expect(at(late.redLightAt ?? '') - raised).toBe(10 * 60_000)
    expect(await only(before.id)).toMatchObject({
      acknowledgeBy: early.acknowledgeBy,
      settleBy: early.settleBy,
    })
  })

  it('are what a matter climbs by, and its next desk is given', async () => {
    await put(who.admin, times)
    const ticket = await makeTicket()
    await step(ticket.id, 2)
    await pass(30 * minute)
    const climbed = await only(ticket.id)
    expect(climbed).toMatchObject({ level: 3, owner: { id: who.countyHead.id } })
    expect(at(climbed.acknowledgeBy)).toBe(test.clock.now() + 30 * 60_000)
  })

  it('move the red light of a matter that is touched again', async () => {
    const ticket = await makeTicket()
    await step(ticket.id, 2)
    const { id } = await only(ticket.id)
    await put(who.admin, times)
    await command(who.townHead, id, 'acknowledge')
    expect(at((await only(ticket.id)).redLightAt ?? '')).toBe(test.clock.now() + 10 * 60_000)
  })

  it('turn the red light on for a real matter, which the wall counts until somebody touches it', async () => {
    await put(who.admin, times)
    const ticket = await makeTicket()
    await step(ticket.id, 2)
    const { id } = await only(ticket.id)
    const red = async (query = '') => {
      const path = `/escalations?red=true&limit=100${query}`
      const { body } = await test.request('GET', path, { cookie: who.cityHead.cookie })
      return body.items.map((each: { id: string }) => each.id)
    }
    test.clock.advance(9 * minute)
    expect(await red()).toEqual([])
    test.clock.advance(minute)
    expect(await red()).toEqual([id])
    expect(await red(`&departmentId=${town.id}`)).toEqual([id])
    expect(await red(`&departmentId=${other.id}`)).toEqual([])
    await command(who.townHead, id, 'acknowledge')
    expect(await red()).toEqual([])
    test.clock.advance(10 * minute)
    expect(await red()).toEqual([id])
    await command(who.townHead, id, 'close', result)
    expect(await red()).toEqual([])
  })

  it('are audited and told once; setting the same again is nothing new', async () => {
    await put(who.admin, times)
    await put(who.admin, times)
    const { body } = await test.request('GET', '/audit?action=escalations.times_changed', {
      cookie: who.admin.cookie,
    })
    expect(body.items).toMatchObject([
      {
        thing: 'escalations.times',
        actor: { id: who.admin.id },
        data: { before: standardTimes, after: times },
      },
    ])
  })
})
