import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { type Browser, type BrowserContextOptions, test as base, expect } from '@playwright/test'
import { type Installation, startInstallation } from '../../scripts/supervisor/installation.mjs'
import { Agent } from './agent'
import { Citizen } from './citizen'
import { keepPeers } from './media'

interface Account {
  username: string
  password: string
}

interface CitizenOptions extends BrowserContextOptions {
  /** `demo`: in the iframe of the sample page. `help`: the panel as a full page. */
  at?: 'demo' | 'help'
  browser?: Browser
}

/** Brings people to a running installation and sees them out again. */
export interface Stage {
  citizen(options?: CitizenOptions): Promise<Citizen>
  /** Signed in and, unless told otherwise, available. */
  agent(username: string, availability?: 'available' | 'away' | 'offline'): Promise<Agent>
  /** At the console's door, not signed in. */
  stranger(username: string): Promise<Agent>
  password(username: string): string
}

const desktop = { viewport: { width: 1440, height: 900 } }

export function accountsOf(installation: Installation): Map<string, string> {
  const file = join(installation.dataDir, 'demo-accounts.json')
  const accounts = JSON.parse(readFileSync(file, 'utf8')) as Account[]
  return new Map(accounts.map(({ username, password }) => [username, password]))
}

/** A citizen still in the queue would stand before the next journey's. */
async function seeOut(citizen: Citizen, url: string): Promise<void> {
  if (citizen.page.isClosed()) return
  const token = await citizen.token()
  if (!token) return
  const headers = { authorization: `Bearer ${token}` }
  const { request } = citizen.page
  const answer = await request.get(`${url}/api/v1/visitors/me`, { headers })
  if (!answer.ok()) return
  const { state } = (await answer.json()) as {
    state: { consultation: { id: string; status: string } | null }
  }
  if (state.consultation && ['waiting', 'active'].includes(state.consultation.status))
    await request.post(`${url}/api/v1/consultations/${state.consultation.id}/leave`, { headers, data: {} })
}

export function makeStage(browser: Browser, installation: Installation) {
  const citizens: Citizen[] = []
  const agents: Agent[] = []
  const closers: (() => Promise<void>)[] = []
  const accounts = accountsOf(installation)
  const password = (username: string) => {
    const found = accounts.get(username)
    if (!found) throw new Error(`No demo account ${username}`)
    return found
  }
  const page = async (options: BrowserContextOptions, from = browser) => {
    const context = await from.newContext({ locale: 'zh-CN', ...options })
    closers.push(() => context.close())
    await context.addInitScript(keepPeers)
    return context.newPage()
  }
  const stage: Stage = {
    password,
    async citizen({ at = 'help', browser: own, ...options } = {}) {
      const opened = new Citizen(await page({ ...desktop, ...options }, own), at === 'demo')
      citizens.push(opened)
      await opened.page.goto(at === 'demo' ? installation.demoUrl : `${installation.url}/help/demo`)
      return opened
    },
    async stranger(username) {
      const opened = new Agent(await page(desktop), installation.url, username)
      agents.push(opened)
      return opened
    },
    async agent(username, availability = 'available') {
      const opened = await stage.stranger(username)
      await opened.signIn(password(username))
      if (availability !== 'offline') await opened.become(availability)
      return opened
    },
  }
  const clear = async () => {
    for (const agent of agents) await agent.tidy()
    for (const citizen of citizens) await seeOut(citizen, installation.url)
    for (const agent of agents) await agent.tidy()
    for (const close of closers) await close()
  }
  return { stage, clear }
}

interface Fixtures {
  /** Settings of the installation beside the usual ones; a file that asks for others gets its own. */
  settings: Record<string, string>
  /** With a gateway for text messages; a file that asks for one gets its own installation. */
  hasGateway: boolean
  gateway: Gateway
  installation: Installation
}

interface Gateway {
  url: string
  /** What the installation sent, the oldest first. */
  sent: { to: string; params: Record<string, string> }[]
}

export const test = base.extend<{ stage: Stage }, Fixtures>({
  settings: [{}, { scope: 'worker', option: true }],
  hasGateway: [false, { scope: 'worker', option: true }],
  gateway: [
    async ({ browserName: _any }, use) => {
      const sent: Gateway['sent'] = []
      const server = createServer(async (request, response) => {
        sent.push((await json(request)) as Gateway['sent'][number])
        response.end('{}')
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      await use({ url: `http://127.0.0.1:${port}/sms`, sent })
      server.close()
    },
    { scope: 'worker' },
  ],
  // One installation for a worker: journeys leave it as they found it. A failed journey gets a fresh worker.
  installation: [
    async ({ browserName, settings, hasGateway, gateway }, use) => {
      const dataDir = await mkdtemp(join(tmpdir(), `bangban-e2e-${browserName}-`))
      const env = { LOG_LEVEL: 'warn', ...(hasGateway ? { SMS_URL: gateway.url } : {}), ...settings }
      const installation = await startInstallation({ dataDir, quiet: true, env })
      await use(installation)
      await installation.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  stage: async ({ browser, installation }, use, info) => {
    const { stage, clear } = makeStage(browser, installation)
    await use(stage)
    if (info.status === info.expectedStatus) await clear()
  },
})

export { expect }
