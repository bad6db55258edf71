import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 720" width="1280" height="720">${content}</svg>`

const person = (skin: string, hair: string, clothes: string) => `
  <path d="M360 720c0-150 110-220 280-220s280 70 280 220z" fill="${clothes}"/>
  <path d="M560 470h160v90c-50 50-110 50-160 0z" fill="${skin}"/>
  <ellipse cx="640" cy="330" rx="140" ry="170" fill="${skin}"/>
  <path d="M490 330c-20-170 60-220 150-220s170 50 150 220c-20-70-60-110-150-110s-130 40-150 110z" fill="${hair}"/>
  <circle cx="588" cy="345" r="12" fill="#2b2320"/><circle cx="692" cy="345" r="12" fill="#2b2320"/>
  <path d="M590 425c30 28 70 28 100 0" stroke="#8d4a3c" stroke-width="9" fill="none" stroke-linecap="round"/>`

const headset = `
  <path d="M490 340c0-240 300-240 300 0" stroke="#27343f" stroke-width="18" fill="none"/>
  <rect x="470" y="320" width="44" height="92" rx="20" fill="#27343f"/><rect x="766" y="320" width="44" height="92" rx="20" fill="#27343f"/>
  <path d="M490 410c0 60 50 72 96 66" stroke="#27343f" stroke-width="10" fill="none"/>`

/** An agent at a desk, drawn: no real person's picture is needed. */
const agent = svg(`
  <defs><linearGradient id="wall" x2="0" y2="1"><stop stop-color="#dcebe8"/><stop offset="1" stop-color="#b4cfca"/></linearGradient></defs>
  <rect width="1280" height="720" fill="url(#wall)"/>
  <rect x="80" y="90" width="270" height="360" rx="10" fill="#f6faf9"/><path d="M110 150h210M110 200h210M110 250h150" stroke="#9dbdb7" stroke-width="14"/>
  <rect x="960" y="120" width="230" height="300" rx="10" fill="#8fb5ad"/><path d="M1075 160v220M985 270h180" stroke="#f6faf9" stroke-width="10"/>
  ${person('#f0c9a8', '#2c211c', '#1d4f63')}${headset}
  <path d="M600 560l40 60 40-60z" fill="#f6faf9"/>`)

/** A small restaurant's kitchen with its owner at the side: what an agent is shown. */
const shop = svg(`
  <rect width="1280" height="720" fill="#efe6d8"/>
  ${Array.from({ length: 12 }, (_, i) => `<path d="M${i * 110} 0v430" stroke="#ddd0bc" stroke-width="4"/>`).join('')}
  ${Array.from({ length: 5 }, (_, i) => `<path d="M0 ${i * 100}h1280" stroke="#ddd0bc" stroke-width="4"/>`).join('')}
  <rect y="430" width="1280" height="290" fill="#b9c2c8"/><rect y="430" width="1280" height="26" fill="#8f9ba3"/>
  <path d="M120 60h420l60 150H60z" fill="#98a4ad"/><rect x="280" width="100" height="70" fill="#7d8a94"/>
  <ellipse cx="330" cy="440" rx="150" ry="36" fill="#39434b"/><path d="M190 440c20 70 260 70 280 0z" fill="#4a565f"/>
  <rect x="700" y="90" width="260" height="190" rx="6" fill="#fffdf7" stroke="#b3261e" stroke-width="10"/>
  <path d="M740 140h180M740 180h180M740 220h110" stroke="#a89e8e" stroke-width="10"/><circle cx="905" cy="235" r="26" fill="#d2564c"/>
  <rect x="560" y="520" width="260" height="130" rx="10" fill="#dfe6ea"/><path d="M690 470v70" stroke="#77848d" stroke-width="16"/>
  <g transform="translate(560 120) scale(.86)">${person('#e8b995', '#4a4540', '#7b3f32')}</g>`)

/** Writes a film of one picture, as Chromium's fake camera reads it. */
async function film(folder: string, name: string, picture: string): Promise<string> {
  const frame = await sharp(Buffer.from(picture)).jpeg({ quality: 90 }).toBuffer()
  const file = join(folder, `${name}.mjpeg`)
  await writeFile(file, Buffer.concat(Array.from({ length: 5 }, () => frame)))
  return file
}

export const makeFilms = async (folder: string) => ({
  agent: await film(folder, 'agent', agent),
  shop: await film(folder, 'shop', shop),
})
