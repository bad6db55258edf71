import { expect, test } from './support/test'

// Two minutes without the agent are twelve seconds.
test.use({ settings: { BANGBAN_CLOCK_RATE: '10' } })

test('a supervisor takes over from an agent whose computer is gone; the citizen goes on talking', async ({
  stage,
}) => {
  const agent = await stage.agent('agent1')
  const supervisor = await stage.agent('supervisor1', 'away')
  const citizen = await stage.citizen()
  await citizen.ask('公积金异地提取', 'chat')
  await expect(citizen.by('queue-position')).toBeVisible()
  const waiting = (await agent.desk()).queue.find((each) => each.topic === '公积金异地提取')
  // Over the API: at this pace an offer rings for two seconds.
  await agent.post(`/consultations/${waiting?.id}/accept`, { tab: 'tab-take-over' })
  await expect(citizen.by('chat-input')).toBeVisible()
  await supervisor.by('nav-dashboard').click()
  await supervisor.by('to-running').click()
  const row = supervisor.by('running-row').filter({ hasText: '公积金异地提取' })
  await expect(row).toBeVisible()
  await expect(row.getByTestId('owner-gone')).toHaveCount(0)

  await agent.page.close()
  await expect(row.getByTestId('owner-gone')).toBeVisible({ timeout: 60_000 })
  await row.getByTestId('watch').click()
  await supervisor.by('take-over').click()
  await expect(supervisor.by('watch-only')).toHaveCount(0)
  await supervisor.say('您好，我接着为您办理')
  await expect(citizen.message('您好，我接着为您办理')).toBeVisible()
  await citizen.say('谢谢，还差一张表')
  await expect(supervisor.message('谢谢，还差一张表')).toBeVisible()
  const { name } = (await supervisor.get<{ agent: { name: string } }>('/auth/me')).agent
  expect((await supervisor.current()).owner?.name).toBe(name)
})
