import type { Readable } from 'node:stream'
import { createTransport } from 'nodemailer'

export interface Mail {
  /** The outbox's id; becomes the Message-ID, by which mail servers know a repeat. */
  id: string
  to: string
  subject: string
  text: string
  html: string
  files?: readonly { name: string; content: Readable }[]
}

/** Sends e-mail. Throws where the server did not take it. Use cases call `queueMail`, not this. */
export interface MailPort {
  send(mail: Mail): Promise<void>
}

const timeoutMs = 15_000

/** The server at `url` (`smtp://user:password@host:587`, `smtps://…`); `from` as people see it. */
export const connectMail = ({ url, from }: { url: string; from: string }): MailPort => {
  const transport = createTransport(
    { url, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    { from },
  )
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? 'localhost'
  return {
    async send({ id, to, subject, text, html, files = [] }) {
      await transport.sendMail({
        to,
        subject,
        text,
        html,
        attachments: files.map(({ name, content }) => ({ filename: name, content })),
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    },
  }
}
