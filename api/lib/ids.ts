import { createHash, randomBytes } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `length` characters of 62, from the system's random source (5.95 bits each). */
export const randomText = (length: number): string => {
  let text = ''
  while (text.length < length) {
    // 248 = 4 × 62: larger bytes are dropped so that every character is equally likely.
    for (const byte of randomBytes(length + 8))
      if (byte < 248 && text.length < length) text += alphabet[byte % 62]
  }
  return text
}

/** A new id such as `con_…`: 20 characters, 119 bits. */
export const newId = (prefix: string): string => `${prefix}_${randomText(20)}`

/** A secret to hand out once: 43 characters, 256 bits. */
export const newSecret = (): string => randomText(43)

/** A code that people read aloud: `length` digits. */
export const newDigits = (length: number): string => {
  let digits = ''
  while (digits.length < length)
    for (const byte of randomBytes(length)) if (byte < 250 && digits.length < length) digits += byte % 10
  return digits
}

/** SHA-256 in hex: how secrets are kept. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
