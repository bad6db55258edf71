import { expectAccessible } from './support/accessibility'
import type { Agent } from './support/agent'
import { expectMoving } from './support/media'
import { expect, type Stage, test } from './support/test'

async function invite(
  agent: Agent,
  colleague: string,
  kind: 'join' | 'hand-over',
  note: string,
): Promise<void> {
  await agent.by('invite-colleague').click()
  const dialog = agent.by('invite-dialog')
  await dialog.getByTestId(`invite-${kind}`).click()
  await dialog.getByTestId('colleague').filter({ hasText: colleague }).click()
  await dialog.getByTestId('invite-note').fill(note)
  await dialog.getByTestId('invite-send').click()
  await expect(dialog).toHaveCount(0)
}

const nameOf = (agent: Agent) =>
  agent.get<{ agent: { name: string } }>('/auth/me').then(({ agent: { name } }) => name)

async function startCall(stage: Stage) {
  const agent = await stage.agent('agent1')
  const colleague = await stage.agent('agent2', 'away')
  const citizen = await stage.citizen()
  await citizen.ask('餐饮店现场核查')
  await citizen.getReady()
  await agent.accept()
  await expectMoving(agent.by('remote-video'))
  return { agent, colleague, citizen, name: await nameOf(colleague) }
}

test('a colleague joins the same room', async ({ stage }) => {
  const { agent, colleague, citizen, name } = await startCall(stage)
  await invite(agent, name, 'join', '请帮看一下排烟')
  await expect(colleague.by('incoming-invitation')).toContainText('请帮看一下排烟')
  await colleague.by('invitation-accept').click()

  await expectMoving(colleague.by('remote-video'))
  await expect.poll(async () => (await agent.current()).participants.length).toBe(1)
  // The citizen sees two people, each moving.
  const faces = citizen.within('figure video')
  await expect(faces).toHaveCount(1)
  await Promise.all([expectMoving(faces), expectMoving(citizen.by('remote-video'))])
  await colleague.say('排烟口离窗户太近')
  await expect(citizen.message('排烟口离窗户太近')).toBeVisible()
})

test('a hand-over refused comes back with its reason; accepted, it has a new owner', async ({ stage }) => {
  const { agent, colleague, citizen, name } = await startCall(stage)
  const { id } = await agent.current()
  await invite(agent, name, 'hand-over', '这事归您的科室')
  await colleague.by('invitation-refuse').click()
  await colleague.by('refuse-reason').fill('正在处理另一件')
  await colleague.by('refuse-send').click()
  await expect(agent.by('invitation')).toContainText('正在处理另一件')
  const ownerName = async () => (await colleague.detail(id)).consultation.owner?.name
  expect((await agent.current()).owner?.name).toBe(await nameOf(agent))

  await invite(agent, name, 'hand-over', '麻烦您接手')
  await expect(colleague.by('incoming-invitation')).toContainText('麻烦您接手')
  await colleague.by('invitation-accept').click()
  await expect.poll(ownerName).toBe(name)
  await Promise.all([expectMoving(colleague.by('remote-video')), expectMoving(citizen.by('remote-video'))])
  await expect(agent.by('end-call')).toHaveCount(0)
  await colleague.by('end-call').click()
  await expect(citizen.by('rate-5')).toBeVisible()
})

test('a supervisor sees what goes on, looks on, comes in to help and goes again', async ({ stage }) => {
  const { agent, citizen } = await startCall(stage)
  const supervisor = await stage.agent('supervisor1', 'away')
  const { id } = await agent.current()
  await supervisor.by('nav-dashboard').click()
  await supervisor.by('to-running').click()
  const row = supervisor.by('running-row').filter({ hasText: '餐饮店现场核查' })
  await expect(row.getByTestId('running-owner')).toHaveText(await nameOf(agent))
  await expectAccessible(supervisor.page, 'what goes on now')
  // Looking on: nothing of the call, nothing to write with; the agent sees nobody come.
  await row.getByTestId('watch').click()
  await expect(supervisor.by('watch-only')).toBeVisible()
  await expect(supervisor.by('remote-video')).toHaveCount(0)
  expect((await agent.current()).participants).toEqual([])

  await supervisor.page.goBack()
  await row.getByTestId('join-consultation').click()
  await expectMoving(supervisor.by('remote-video'))
  await expect.poll(async () => (await agent.current()).participants.length).toBe(1)
  await supervisor.say('我是班长，一起来看')
  await expect(citizen.message('我是班长，一起来看')).toBeVisible()
  await expect(agent.message('我是班长，一起来看')).toBeVisible()
  await supervisor.by('end-call').click()
  await expect.poll(async () => (await agent.detail(id)).consultation.participants.length).toBe(0)
  await expectMoving(citizen.by('remote-video'))
})
