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
  await expectAccessible(admin.page, 'account with notices')
  await admin.page.getByTestId('notifications').click()
  await expect(admin.page.getByTestId('notifications-drawer')).toBeVisible()
  await expectAccessible(admin.page, 'notifications')
})
