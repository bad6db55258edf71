import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A real mail server on a free port that keeps what it is given; it refuses the first `failures` messages. */
export const startMailServer = async (failures = 0) => {
  const mails: string[] = []
  let refused = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        if (refused < failures) {
          refused++
          return done(Object.assign(new Error('Try again later'), { responseCode: 451 }))
        }
        mails.push(Buffer.concat(parts).toString())
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refusals: () => refused,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** The words of a mail, its encoding undone. */
export const wordsOfMail = (mail: string): string => {
  const body = /text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(mail)
  const isBase64 = /text\/plain[^-]*?base64/i.test(mail)
  const raw = body?.[1] ?? ''
  return isBase64
    ? Buffer.from(raw, 'base64').toString()
    : Buffer.from(
        raw
          .replace(/=\r\n/g, '')
          .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      ).toString()
}
