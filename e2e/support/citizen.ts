import { expect, type Frame, type Locator, type Page } from '@playwright/test'
import { expectMoving, expectSound } from './media'

/** The citizen's side, on a page of its own or in the iframe of a host page. */
export class Citizen {
  constructor(
    public page: Page,
    private readonly isEmbedded: boolean,
  ) {}

  /** The panel: the page itself, or the iframe as it is now (a reloaded host page makes a new one). */
  get panel(): Frame {
    if (!this.isEmbedded) return this.page.mainFrame()
    const frame = this.page.frames().find((each) => each.url().includes('/embed/'))
    if (!frame) throw new Error('The panel is not in the page.')
    return frame
  }

  private get root() {
    return this.isEmbedded ? this.page.frameLocator('iframe[data-bangban="panel"]') : this.page
  }

  by(testId: string): Locator {
    return this.root.getByTestId(testId)
  }

  within(selector: string): Locator {
    return this.root.locator(selector)
  }

  get launcher(): Locator {
    return this.page.locator('button[data-bangban="launcher"]')
  }

  async open(): Promise<void> {
    if (this.isEmbedded) await this.launcher.click()
    await expect(this.by('topic-input')).toBeVisible()
  }

  async ask(topic: string, channel: 'video' | 'chat' = 'video'): Promise<void> {
    await this.open()
    await this.by('topic-input').fill(topic)
    await this.by(`start-${channel}`).click()
  }

  async getReady(): Promise<void> {
    await this.by('consent-accept').click()
    await this.by('device-continue').click()
    await expect(this.by('device-continue')).toHaveCount(0)
  }

  async say(text: string): Promise<void> {
    const input = this.by('chat-input')
    await input.fill(text)
    await input.press('Enter')
  }

  message(text: string): Locator {
    return this.by('chat-message').filter({ hasText: text })
  }

  expectPicture = () => expectMoving(this.by('remote-video'))

  async expectCall(): Promise<void> {
    await this.expectPicture()
    await expectSound(this.panel)
  }

  /** Closes the tab and opens the same address in a new one. */
  async reopen(): Promise<void> {
    const address = this.page.url()
    const context = this.page.context()
    await this.page.close()
    this.page = await context.newPage()
    await this.page.goto(address)
  }

  /** The one-time code the host page keeps where the panel's storage is denied. */
  hostCode(): Promise<string | null> {
    return this.page.evaluate(() => {
      const { resume } = JSON.parse(sessionStorage.getItem('bangban:demo') ?? '{}') as { resume?: string }
      return resume?.split(' ')[0] ?? null
    })
  }

  /** The bearer token as the panel keeps it or, where its storage is denied, got by the host page's code. */
  async token(): Promise<string | null> {
    const kept = await this.panel
      .evaluate(() => localStorage.getItem('bangban:demo:visitor'))
      .catch(() => null) // denied, or never opened
    const code = kept || !this.isEmbedded ? null : await this.hostCode()
    if (!code) return kept
    const url = `${new URL(this.panel.url()).origin}/api/v1/visitors`
    const answer = await this.page.request.post(url, { data: { site: 'demo', code } })
    return answer.ok() ? ((await answer.json()) as { token: string }).token : null
  }
}
