import { readFile } from 'node:fs/promises'
import { expectAccessible } from './support/accessibility'
import { expect, test } from './support/test'

const header = '外部编号,事项,描述,联系人,联系电话,投诉'
const file = (...lines: string[]) => ({
  name: '热线.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from([header, ...lines].join('\n')),
})
const good = 'H-1,公积金提取进度,"材料已交,未答复",李华,13800000001,是'

test('a CSV file is checked, corrected and becomes tickets; the list goes out as CSV', async ({ stage }) => {
  const lead = await stage.agent('supervisor1', 'offline')
  await lead.page.goto(`${lead.url}/console/tickets/exchange/imports`)

  await test.step('every problem is named at once, and nothing is created', async () => {
    await lead.page.locator('input[type=file]').setInputFiles(file(good, 'H-2,,,,电话,也许'))
    await lead.by('import-check').click()
    await expect(lead.by('problem-row')).toHaveCount(3)
    await expect(lead.page.getByText('不是电话号码')).toBeVisible()
    await expectAccessible(lead.page, 'import')
    await lead.by('problem-row').first().click()
    const cells = lead.by('import-row-cells')
    await expect(cells.locator('[data-bad="true"]')).toHaveCount(3)
    await expect(cells.getByText('也许', { exact: true })).toBeVisible()
    await lead.page.keyboard.press('Escape')
    await expect(cells).toBeHidden()
  })

  await test.step('the corrected file goes in', async () => {
    await lead.page.goto(`${lead.url}/console/tickets/exchange/imports`)
    await lead.page.locator('input[type=file]').setInputFiles(file(good, 'H-2,社保转移,,王芳,,否'))
    await lead.by('import-check').click()
    await expect(lead.by('import-clean')).toBeVisible()
    await lead.by('import-run').click()
    await expect(lead.by('imported-row')).toHaveCount(2)
    await lead.page.goto(`${lead.url}/console/tickets`)
    await expect(lead.by('ticket-row').filter({ hasText: '公积金提取进度' })).toBeVisible()
  })

  await test.step('the list as CSV holds the same', async () => {
    await lead.by('export-open').click()
    await lead.by('export-csv').click()
    await lead.by('export-order').click()
    await expect(lead.by('export-download').first()).toBeVisible()
    const [download] = await Promise.all([
      lead.page.waitForEvent('download'),
      lead.by('export-download').first().click(),
    ])
    const text = await readFile(await download.path(), 'utf8')
    expect(text).toContain('H-1,公积金提取进度,"材料已交,未答复"')
    expect(text).toContain('社保转移')
  })
})
