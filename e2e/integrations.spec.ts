import { expectAccessible } from './support/accessibility'
import { expect, test } from './support/test'

test('other systems, notices and their settings: every screen can be used by everybody', async ({
  stage,
}) => {
  const admin = await stage.agent('admin1', 'offline')
  for (const tab of ['webhooks', 'keys', 'mail', 'sms']) {
    await admin.page.goto(`${admin.url}/console/admin/integrations/${tab}`)
    await expect(admin.page.getByRole('heading').first()).toBeVisible()
    await expect(admin.page.locator('[aria-busy="true"]')).toHaveCount(0)
    await expectAccessible(admin.page, `integrations ${tab}`)
  }
  await admin.page.goto(`${admin.url}/console/account`)
  await expect(admin.page.getByTestId('notice-settings')).toBeVisible()
  // By the keyboard: a group is opened, one kind switched off, and what one answers for is locked.
  await admin.by('notice-group-escalation').press('Enter')
  await expect(admin.by('notice-escalation_raised-inbox')).toHaveText(/./)
  await admin.by('notice-escalation_accepted-inbox').press('Space')
  await expect(admin.by('notice-escalation_accepted-browser')).toBeDisabled()
  await admin.by('quiet-hours').click()
  await admin.by('quiet-from').fill('21:30')
  await admin.by('quiet-save').click()
  await expect(admin.by('quiet-save')).toBeDisabled()
  await admin.page.reload()
  await expect(admin.by('quiet-from')).toHaveValue('21:30')
  await admin.by('notice-group-escalation').click()
  await expect(admin.by('notice-escalation_accepted-inbox')).not.toBeChecked()
  await expectAccessible(admin.page, 'account with notices')
  await admin.by('quiet-off_work').click()
  await admin.page.getByTestId('notifications').click()
  await expect(admin.page.getByTestId('notifications-drawer')).toBeVisible()
  await expectAccessible(admin.page, 'notifications')
})

test('a webhook’s deliveries are looked into; who is too quick is told when to try again', async ({
  stage,
}) => {
  const admin = await stage.agent('admin1', 'offline')
  const { items: departments } = await admin.get<{ items: { id: string }[] }>('/departments')
  const made = await admin.post<{ endpoint: { id: string } }>('/webhooks', {
    // Nobody is there: what is sent fails and stays in the log.
    url: 'https://nobody.invalid/hook',
    description: '试投递',
    departmentId: departments[0]?.id,
    eventTypes: ['ticket.created'],
  })
  const path = `/webhooks/${made.endpoint.id}`
  await admin.page.goto(`${admin.url}/console/admin/integrations/webhooks`)
  await admin.by('webhook').filter({ hasText: '试投递' }).click()
  await expect(admin.by('delivery-log')).toContainText('还没有投递')
  // As many as there may be in a minute; the next one is pressed.
  await Promise.all(Array.from({ length: 30 }, () => admin.post(`${path}/test`, {})))
  await admin.by('webhook-test').click()
  await expect(admin.page.getByRole('alert')).toContainText(/请 \d+ 秒后再试/)
  const first = admin.by('delivery').first()
  await expect(first).toContainText('测试')
  await first.click()
  await expect(admin.by('delivery-body')).toContainText('Hello from Bangban')
  await expectAccessible(admin.page, 'delivery log')

  // Nothing is changed, nothing can be saved; what is changed is not lost by Escape.
  await expect(admin.by('webhook-save')).toBeDisabled()
  await admin.by('webhook-url').fill('https://nobody.invalid/other')
  await expect(admin.by('webhook-save')).toBeEnabled()
  await admin.page.keyboard.press('Escape')
  await admin.page.getByRole('button', { name: '继续填写' }).click()
  await expect(admin.by('webhook-url')).toHaveValue('https://nobody.invalid/other')
  await admin.page.keyboard.press('Escape')
  await admin.page.getByRole('button', { name: '放弃并离开' }).click()
  await expect(admin.by('webhook-url')).toHaveCount(0)
  // The focus is back where it came from, and every key is in one list.
  await expect(admin.by('webhook').filter({ hasText: '试投递' })).toBeFocused()
  await admin.page.keyboard.press('Shift+Slash')
  await expect(admin.by('shortcuts')).toBeVisible()
  await expectAccessible(admin.page, 'keys')
  await admin.page.keyboard.press('Escape')
  await expect(admin.by('shortcuts')).toHaveCount(0)
  await admin.page.request.delete(`${admin.url}/api/v1${path}`, { headers: { Origin: admin.url } })
})
