import type { Agent } from './support/agent'
import type { Citizen } from './support/citizen'
import { expectMoving } from './support/media'
import { expect, type Stage, test } from './support/test'

test.describe.configure({ timeout: 180_000 })

async function startCall(stage: Stage, at: 'demo' | 'help' = 'help') {
  const agent = await stage.agent('agent1')
  const citizen = await stage.citizen({ at })
  await citizen.ask('补办营业执照')
  await citizen.getReady()
  await agent.accept()
  await seeEachOther(agent, citizen)
  return { agent, citizen }
}

const seeEachOther = (agent: Agent, citizen: Citizen) =>
  Promise.all([
    expectMoving(agent.by('remote-video'), 60_000),
    expectMoving(citizen.by('remote-video'), 60_000),
  ])

test('a reload on either side returns to the same call', async ({ stage }) => {
  const { agent, citizen } = await startCall(stage, 'demo')
  const before = await agent.current()
  await citizen.say('重新打开前的话')
  await expect(agent.message('重新打开前的话')).toBeVisible()

  await citizen.page.reload()
  await seeEachOther(agent, citizen)
  await expect(citizen.message('重新打开前的话')).toBeVisible()

  await agent.page.reload()
  await seeEachOther(agent, citizen)
  await expect(agent.message('重新打开前的话')).toBeVisible()
  const after = await agent.current()
  expect([after.id, after.callId, after.status]).toEqual([before.id, before.callId, 'active'])
  // Coming back evicts the own ghost: each sees one picture of the other, besides the own.
  await expect(agent.page.locator('video')).toHaveCount(2)
})

test('the API killed in the middle of a call: the media goes on and nothing acknowledged is missing', async ({
  stage,
  installation,
}) => {
  const { agent, citizen } = await startCall(stage)
  const { id } = await agent.current()
  for (const line of ['第一句', '第二句', '第三句']) {
    await citizen.say(line)
    await expect(agent.message(line)).toBeVisible()
  }
  const restarted = new Promise<void>((resolve) => {
    installation.events.on('up', (name: string) => name === 'api' && resolve())
  })
  const pid = installation.killApi('SIGKILL')
  expect(pid).toBeGreaterThan(0)
  await seeEachOther(agent, citizen)
  await restarted
  await installation.apiReady()
  expect(installation.pids().api).not.toBe(pid)

  await seeEachOther(agent, citizen)
  await citizen.say('重启后的话')
  await expect(agent.message('重启后的话')).toBeVisible()
  await agent.say('收到了')
  await expect(citizen.message('收到了')).toBeVisible()
  const { messages, consultation } = await agent.detail(id)
  expect(messages.map(({ body }) => body)).toEqual(['第一句', '第二句', '第三句', '重启后的话', '收到了'])
  expect(consultation.status).toBe('active')
})

test('LiveKit killed in the middle of a call: both rejoin', async ({ stage, installation }) => {
  const { agent, citizen } = await startCall(stage)
  const before = await agent.current()
  const pid = installation.killLiveKit('SIGKILL')
  expect(pid).toBeGreaterThan(0)
  await expect(agent.by('reconnecting')).toBeVisible()
  await expect.poll(() => installation.liveKitReady(), { timeout: 30_000 }).toBe(true)
  await expect(agent.by('reconnecting')).toHaveCount(0, { timeout: 60_000 })
  await seeEachOther(agent, citizen)
  const after = await agent.current()
  expect([after.id, after.status]).toEqual([before.id, 'active'])
})
