import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../../testing/app'

let test: TestApp
let li: Awaited<ReturnType<typeof addAgent>>
beforeAll(async () => {
  test = await createTestApp()
  li = await addAgent(test, await addDepartment(test, '市'), ['agent', 'supervisor'], '李')
})
afterAll(() => test.close())

describe('notices', () => {
  it('of what a person answers for cannot be switched off altogether', async () => {
    const choose = (kind: string, channel: string) =>
      test.request('PATCH', '/notifications/settings', {
        cookie: li.cookie,
        body: {
          preferences: [
            { kind: 'mention', channel: 'inbox', isOn: false },
            { kind, channel, isOn: false },
          ],
        },
      })
    const refused = await choose('escalation_raised', 'inbox')
    expect([refused.status, refused.body.code, refused.body.errors[0].path]).toEqual([
      422,
      'notifications.must_have',
      'body.preferences.1.isOn',
    ])
    const cellOf = (
      settings: { preferences: { kind: string; channel: string }[] },
      kind: string,
      channel: string,
    ) => settings.preferences.find((each) => each.kind === kind && each.channel === channel)
    // Nothing of what was refused is kept.
    const before = await test.request('GET', '/notifications/settings', { cookie: li.cookie })
    expect(cellOf(before.body, 'mention', 'inbox')).toMatchObject({ isOn: true, isLocked: false })
    expect(cellOf(before.body, 'escalation_raised', 'inbox')).toMatchObject({ isOn: true, isLocked: true })
    const after = await choose('escalation_raised', 'email')
    expect(cellOf(after.body, 'escalation_raised', 'email')).toMatchObject({ isOn: false, isLocked: false })
    expect(cellOf(after.body, 'escalation_climbed', 'email')).toMatchObject({ isOn: true })
    const reset = await test.request('PATCH', '/notifications/settings', {
      cookie: li.cookie,
      body: { isReset: true },
    })
    expect(reset.body).toEqual(before.body)
  })
})
