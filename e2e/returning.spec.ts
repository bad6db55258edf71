import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expectAccessible, expectElder, expectNoSideways } from './support/accessibility'
import type { Citizen } from './support/citizen'
import { expect, test } from './support/test'

/** Every look a screen must bear: standard and elder, light and dark, 320 px wide, and 200 % zoom of a small window. */
async function expectGoodLooks(citizen: Citizen, screen: string): Promise<void> {
  const { page } = citizen
  const size = page.viewportSize()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(citizen.within('html')).toHaveAttribute('data-theme', colorScheme)
    await expectAccessible(page, `${screen}, ${colorScheme}`)
    await citizen.by('elder-mode').click()
    await expectAccessible(page, `${screen}, elder, ${colorScheme}`)
    await expectElder(citizen.panel, `${screen}, ${colorScheme}`)
    await page.setViewportSize({ width: 320, height: 640 })
    await expectNoSideways(citizen.panel, `${screen}, elder`)
    await citizen.by('elder-mode').click()
    await expectNoSideways(citizen.panel, screen)
    if (size) await page.setViewportSize(size)
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

const resumeLink = async (citizen: Citizen, url: string) => {
  const answer = await citizen.page.request.post(`${url}/api/v1/visitors/me/resume-codes`, {
    headers: { authorization: `Bearer ${await citizen.token()}` },
    data: {},
  })
  return ((await answer.json()) as { url: string }).url
}

test('a link with another request asks before it replaces the one held here', async ({
  stage,
  installation,
}) => {
  const agent = await stage.agent('agent1', 'away')
  const mine = await stage.citizen()
  await mine.ask('我自己的事', 'chat')
  await expect(mine.by('queue-position')).toBeVisible()
  const other = await stage.citizen()
  await other.ask('别人的事', 'chat')
  await expect(other.by('queue-position')).toBeVisible()
  const link = await resumeLink(other, installation.url)
  const [held] = (await agent.desk()).queue

  await mine.page.goto(link)
  await expect(mine.by('replace-held')).toContainText('我自己的事')
  await expect(mine.by('replace-held')).toContainText(held?.ticketNumber ?? 'no ticket')
  await expect(mine.by('replace-offered')).toContainText('别人的事')
  await expect(mine.by('replace-warning')).toContainText('排队')
  await expectGoodLooks(mine, 'replace')
  await mine.by('replace-stay').click()
  await expect(mine.by('queue-position')).toHaveText('1')

  await agent.become('available')
  await agent.accept()
  await expect(mine.by('hang-up')).toBeVisible()
  await mine.page.goto(link)
  await expect(mine.by('replace-warning')).toContainText('通话')
  await mine.by('replace-go').click()
  await expect(mine.by('queue-position')).toBeVisible()
  // One's own link asks nothing: it is the same request.
  await mine.page.goto(await resumeLink(mine, installation.url))
  await expect(mine.by('queue-position')).toBeVisible()
  await expect(mine.by('replace')).toHaveCount(0)
})

test('typing is seen on both sides', async ({ stage }) => {
  const agent = await stage.agent('agent1')
  const citizen = await stage.citizen()
  await citizen.ask('看看谁在写', 'chat')
  await agent.accept()
  await expect(citizen.by('hang-up')).toBeVisible()
  // A whisper is kept nowhere: it is seen by whoever has the conversation open.
  await expect(agent.by('chat-input')).toBeVisible()
  await citizen.by('chat-input').pressSequentially('我想')
  await expect(agent.by('typing')).toBeVisible()
  await agent.by('chat-input').pressSequentially('您好')
  await expect(citizen.by('typing')).toBeVisible()
  await agent.by('chat-input').press('Enter')
  await expect(citizen.message('您好')).toBeVisible()
  await expect(citizen.by('typing')).toHaveCount(0)
})

test('back after the place was given away: told why, the ticket is there, one tap asks again', async ({
  stage,
  installation,
}) => {
  await stage.agent('agent1', 'away')
  const citizen = await stage.citizen()
  await citizen.ask('医保断缴怎么补', 'chat')
  await citizen.say('断了三个月')
  await expect(citizen.message('断了三个月')).toBeVisible()
  const address = citizen.page.url()
  const context = citizen.page.context()
  await citizen.page.close()
  // The quarter of an hour is not waited for: what it makes due is made due now.
  const db = new Database(join(installation.dataDir, 'bangban.db'))
  const hurry = db.prepare(
    "update due_jobs set due_at = ? where kind in ('visitor.silent', 'visitor.expire')",
  )
  const left = db.prepare("select count(*) as n from consultations where status = 'abandoned' and topic = ?")
  await expect
    .poll(
      () => {
        hurry.run(Date.now() - 1)
        return (left.get('医保断缴怎么补') as { n: number }).n
      },
      { timeout: 30_000 },
    )
    .toBe(1)
  db.close()

  citizen.page = await context.newPage()
  await citizen.page.goto(address)
  await expect(citizen.by('expired-note')).toContainText(/\d{8}-\d{5}/)
  await expect(citizen.by('expired-note')).toContainText('医保断缴怎么补')
  await expect(citizen.by('my-request')).toContainText('断了三个月')
  await expectGoodLooks(citizen, 'expired')
  await citizen.by('my-request').click()
  await expect(citizen.by('follow')).toContainText('断了三个月')
  await expectGoodLooks(citizen, 'follow')
  await citizen.by('follow-back').click()
  await citizen.by('ask-again').click()
  await expect(citizen.by('queue-position')).toHaveText('1')
  await expect(citizen.page.getByText('医保断缴怎么补')).toBeVisible()
})

test('a host’s token that was used is asked for anew, and the request goes on', async ({
  stage,
  installation,
}) => {
  const agent = await stage.agent('agent1', 'away')
  const citizen = await stage.citizen({ at: 'demo' })
  await citizen.page.addInitScript(() => {
    if (window !== window.top) return
    const asked = { times: 0 }
    Object.assign(window, { asked })
    const fresh = async () => {
      asked.times++
      const page = new DOMParser().parseFromString(
        await (await fetch('/demo/identified')).text(),
        'text/html',
      )
      const jwt = page.querySelector('meta[name="bangban-identity"]')?.getAttribute('content')
      ;(window.Bangban as { identify(jwt: string): void }).identify(jwt ?? '')
    }
    window.Bangban = { q: [['on', 'identity-needed', fresh]] }
  })
  await citizen.page.goto(new URL('/demo/identified', installation.demoUrl).href)
  await citizen.ask('第一次', 'chat')
  await expect(citizen.by('queue-position')).toBeVisible()
  await citizen.by('leave-queue').click()
  await citizen.by('confirm-yes').click()
  await expect(citizen.by('topic-input')).toBeVisible()
  const times = () =>
    citizen.page.evaluate(() => (window as unknown as { asked: { times: number } }).asked.times)
  expect(await times()).toBe(0)
  // The session is lost (its code has been used up), the page and its token are the old ones.
  expect(await citizen.token()).not.toBeNull()
  await citizen.panel.evaluate(() => location.reload())
  await citizen.by('topic-input').fill('第二次')
  await citizen.by('start-chat').click()
  await expect(citizen.by('queue-position')).toBeVisible()
  expect(await times()).toBe(1)
  expect((await agent.desk()).queue).toMatchObject([{ topic: '第二次', isIdentified: true }])
})
