import { expect, test } from './support/test'

test('a supervisor changes many tickets and undoes it, searches in both languages, keeps a view', async ({
  stage,
}) => {
  const agent = await stage.agent('supervisor1', 'offline')
  const { items } = await agent.get<{ items: { id: string }[] }>('/sites')
  for (const topic of ['社保卡补换', '营业执照变更', '公积金提取'])
    await agent.post('/tickets', { siteId: items[0]?.id, topic, description: 'Passport lost at the airport' })
  await agent.page.goto(`${agent.url}/console/tickets`)
  await expect(agent.by('ticket-row')).toHaveCount(3)

  await agent.by('ticket-choose').nth(0).click()
  await agent
    .by('ticket-choose')
    .nth(2)
    .click({ modifiers: ['Shift'] })
  await agent.by('bulk-assign').click()
  await agent.by('bulk-to-me').click()
  const toast = agent.by('toast').filter({ hasText: '已修改 3 张工单' })
  await expect(toast).toBeVisible()
  await toast.getByText('撤销', { exact: true }).click()
  await expect(agent.by('toast').filter({ hasText: '已恢复 3 处' })).toBeVisible()

  for (const [words, marked] of [
    ['社保卡', '社保卡'],
    ['passport', 'Passport'],
  ] as const) {
    await expect(async () => {
      await agent.by('ticket-search').fill('')
      await agent.by('ticket-search').fill(words)
      await expect(agent.page.locator('mark').first()).toHaveText(marked, { timeout: 2000 })
    }).toPass()
  }
  await agent.by('ticket-search').fill('')
  await agent.by('quick-all_open').click()
  await agent.by('save-view').click()
  await agent.by('view-name').fill('全部未结')
  await agent.by('view-save').click()
  await expect(agent.by('saved-view')).toHaveText(/全部未结/)
})
