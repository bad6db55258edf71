import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstStart } from '../features/auth/first-start.usecases'
import { verifyIdentity } from '../features/sites/identity.usecases'
import { findSiteByKey } from '../features/sites/sites.store'
import { createTestApp, type TestApp } from '../testing/app'
import { demoHostHandler } from './app'

let test: TestApp
let host: ReturnType<typeof demoHostHandler>
beforeAll(async () => {
  test = await createTestApp()
  test.deps.config.isDemo = true
  await firstStart(test.deps)
  host = demoHostHandler(test.deps)
})
afterAll(() => test.close())

describe('the sample page', () => {
  it('embeds the widget under a policy without inline code', async () => {
    const answer = await host.request('/demo/')
    const html = await answer.text()
    expect(html).toContain('<script async src="http://127.0.0.1:8787/widget.js" data-site="demo"></script>')
    expect(html).not.toMatch(/ style=| on\w+=|<style|<script>/)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src http://127.0.0.1:8787 'self'")
    expect(policy).toContain('frame-src http://127.0.0.1:8787;')
    expect(policy).not.toContain('unsafe')
    for (const [, path] of html.matchAll(/(?:href|src)="(\/demo\/[^"]*)"/g))
      expect((await host.request(path ?? '')).status).toBe(200)
  })

  it('says who is signed in with a token the help desk accepts, another one each time', async () => {
    const site = await test.db.read((tx) => findSiteByKey(tx, 'demo'))
    const mint = async () =>
      /identity" content="([^"]+)"/.exec(await (await host.request('/demo/identified')).text())?.[1] ?? ''
    const [one, two] = [await mint(), await mint()]
    const who = await verifyIdentity(site ?? { key: '', secret: '' }, one, test.clock.now())
    expect(who).toMatchObject({ name: '张桂兰', phone: '13900001234' })
    expect((await verifyIdentity(site ?? { key: '', secret: '' }, two, test.clock.now())).jti).not.toBe(
      who.jti,
    )
  })

  it('leads to itself and has nothing else', async () => {
    expect((await host.request('/')).headers.get('location')).toBe('/demo/')
    expect((await host.request('/admin')).status).toBe(404)
  })
})
