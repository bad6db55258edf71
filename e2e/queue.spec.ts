import { keepShown } from './support/shown'
import { expect, test } from './support/test'

test('two agents race for one citizen: exactly one gets it', async ({ stage }) => {
  const first = await stage.agent('agent1', 'away')
  const second = await stage.agent('agent2', 'away')
  const citizen = await stage.citizen()
  await citizen.ask('公积金提取', 'chat')
  const agents = [first, second]
  for (const { page } of agents) {
    const row = page.getByTestId('queue-item').filter({ hasText: '公积金提取' })
    await row.hover()
    await expect(row.getByTestId('pick-up')).toBeVisible()
  }
  const told = await Promise.all(
    agents.map(({ page }) => keepShown(page, '[data-testid="toast"]', 'data-testid')),
  )
  // Both in the same moment: a click that first waits for its element to lie still would come after the news.
  await Promise.all(
    agents.map(({ page }) => page.getByTestId('pick-up').evaluate((button: HTMLElement) => button.click())),
  )
  await expect(citizen.by('hang-up')).toBeVisible()
  const owned = async () =>
    (await Promise.all(agents.map((agent) => agent.desk()))).map(({ mine }) => mine.length)
  await expect.poll(async () => (await owned()).sort()).toEqual([0, 1])
  for (const { page } of agents) await expect(page.getByTestId('queue-item')).toHaveCount(0)

  const [winner, loserTold] = (await owned())[0] === 1 ? [first, told[1]] : [second, told[0]]
  await winner.say('您好，请讲')
  await expect(citizen.message('您好，请讲')).toBeVisible()
  // The word to the other one goes away by itself: kept, because a busy machine may look too late.
  await expect.poll(async () => (await loserTold?.())?.length).toBeGreaterThan(0)
})

test('an ignored offer sets away, visibly, and rings at the next agent; the place is kept', async ({
  stage,
}) => {
  const sleeper = await stage.agent('agent1')
  const citizen = await stage.citizen()
  await citizen.ask('老年卡年审', 'chat')
  await expect(sleeper.by('accept')).toBeVisible()
  const told = await keepShown(sleeper.page, '[data-testid="toast"]', 'data-testid')
  const next = await stage.agent('agent2')

  await expect(next.by('accept')).toBeVisible({ timeout: 40_000 })
  await expect(sleeper.by('accept')).toHaveCount(0)
  await expect(sleeper.by('presence')).toHaveAttribute('data-availability', 'away')
  await expect.poll(async () => (await told()).length).toBeGreaterThan(0)
  await expect(citizen.by('queue-position')).toHaveText('1')

  await next.accept()
  await next.say('让您久等了')
  await expect(citizen.message('让您久等了')).toBeVisible()
})

test('first come, first served: a later citizen is offered later', async ({ stage }) => {
  // Online, so that people may queue, but not rung at yet.
  const agent = await stage.agent('agent1', 'away')
  const early = await stage.citizen()
  await early.ask('先来的人', 'chat')
  await expect(early.by('queue-position')).toHaveText('1')
  const late = await stage.citizen()
  await late.ask('后来的人', 'chat')
  await expect(late.by('queue-position')).toHaveText('2')
  await agent.become('available')
  await expect(agent.by('offer')).toContainText('先来的人')
  await agent.accept()
  await expect(early.by('hang-up')).toBeVisible()
  await expect(late.by('queue-position')).toHaveText('1')
})
