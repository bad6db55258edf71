import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptedTypes, safeFileName } from './documents.rules'

describe('safeFileName', () => {
  it.each([
    ['申请表.pdf', 'application/pdf', '申请表.pdf'],
    ['C:\\temp\\a.pdf', 'application/pdf', 'a.pdf'],
    ['../../etc/passwd', 'application/pdf', 'passwd.pdf'],
    ['photo.JPEG', 'image/jpeg', 'photo.jpeg'],
    ['photo.exe', 'image/jpeg', 'photo.exe.jpg'],
    ['.htaccess', 'image/png', 'htaccess.png'],
    ['\u202Efdp.exe', 'application/pdf', 'fdp.exe.pdf'],
    ['a\r\nSet-Cookie: x.pdf', 'application/pdf', 'aSet-Cookie x.pdf'],
    ['   ', 'image/png', '资料.png'],
    ['/', 'image/png', '资料.png'],
    [`${'长'.repeat(300)}.pdf`, 'application/pdf', `${'长'.repeat(100)}.pdf`],
  ])('%j of %s', (name, mime, expected) => expect(safeFileName(name, mime)).toBe(expected))

  it('always gives a name that is safe to save, and is its own safe name', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom(...Object.keys(acceptedTypes)),
        (name, mime) => {
          const safe = safeFileName(name, mime)
          expect(safe).toMatch(/^[^./\\\p{Cc}][^/\\\p{Cc}<>:"|?*]*\.[a-z0-9]+$/u)
          expect(safe.length).toBeLessThanOrEqual(210)
          expect(safeFileName(safe, mime)).toBe(safe)
        },
      ),
    )
  })
})
