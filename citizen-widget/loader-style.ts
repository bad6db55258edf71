/** Put into a constructed style sheet: it needs no `style-src` exception on the host page. */
export const LOADER_CSS = `:host{all:initial}
*{box-sizing:border-box}
button{position:fixed;bottom:calc(var(--o) + env(safe-area-inset-bottom));z-index:2147483000;display:flex;align-items:center;gap:9px;min-height:52px;padding:0 20px 0 16px;border:0;border-radius:26px;background:var(--c);color:#fff;font:600 16px/1 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;cursor:pointer;box-shadow:0 8px 28px #10202c47}
button:focus-visible{outline:3px solid var(--c);outline-offset:3px}
svg{width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
b{position:absolute;top:-6px;right:-4px;min-width:24px;padding:5px 6px;border:2px solid #fff;border-radius:14px;background:#b3261e;font-size:12px;line-height:1;text-align:center}
b[hidden]{display:none}
iframe{position:fixed;bottom:calc(var(--o) + 66px + env(safe-area-inset-bottom));z-index:2147483001;width:400px;max-width:calc(100vw - 24px);height:min(720px,calc(100dvh - var(--o) - 90px));border:0;border-radius:20px;background:#fff;box-shadow:0 16px 56px #10202c47;transition:opacity .15s}
.l{left:calc(var(--o) + env(safe-area-inset-left))}
.r{right:calc(var(--o) + env(safe-area-inset-right))}
.off{visibility:hidden;opacity:0;pointer-events:none}
@media(max-width:479.9px),(max-height:480px){iframe{inset:0;width:100%;max-width:none;height:100dvh;border-radius:0}}
@media(prefers-reduced-motion){iframe{transition:none}}`
