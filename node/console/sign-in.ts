/** Signing in with a token, out again, and the choice of language. */

import { html } from '../base/html.ts';
import type { Problem } from '../base/problem.ts';
import type { Sessions } from '../registry/sessions.ts';
import type { Tokens } from '../registry/tokens.ts';
import { fieldsOf, localPath, sessionOf, setLanguage, setSession } from './browser.ts';
import { startOf } from './layout.ts';
import { attempt, type OpenPage, type Screen, type View } from './page.ts';

export interface SignInParts {
  sessions: Sessions;
  tokens: Pick<Tokens, 'find'>;
}

export function signInPages({ sessions, tokens }: SignInParts): OpenPage[] {
  return [
    {
      method: 'get',
      path: '/sign-in',
      access: 'public',
      show: (request, view) => signInScreen(view, fieldsOf(request).one('next')),
    },
    {
      method: 'post',
      path: '/sign-in',
      access: 'public',
      show(request, view, response) {
        const fields = fieldsOf(request);
        const next = fields.one('next');
        return attempt(
          async () => {
            const token = fields.one('token') ?? '';
            const { role } = await tokens.find(token);
            setSession(request, response, await sessions.open(token));
            return { goTo: localPath(next, startOf(role)) };
          },
          (problem) => signInScreen(view, next, problem),
        );
      },
    },
    {
      method: 'post',
      path: '/sign-out',
      access: 'public',
      async show(request, _view, response) {
        const secret = sessionOf(request);
        if (secret !== undefined) await sessions.close(secret);
        setSession(request, response, undefined);
        return { goTo: '/sign-in?done=signed-out' };
      },
    },
    {
      method: 'get',
      path: '/language',
      access: 'public',
      show(request, _view, response) {
        const fields = fieldsOf(request);
        setLanguage(request, response, fields.one('to') === 'en' ? 'en' : 'zh');
        return { goTo: localPath(fields.one('back'), '/') };
      },
    },
  ];
}

function signInScreen({ t }: View, next: string | undefined, problem?: Problem): Screen {
  return {
    title: t('登录', 'Sign in'),
    ...(problem && { problem }),
    body: html`<form method="post" action="/sign-in" class="narrow">
${next !== undefined && html`<input type="hidden" name="next" value="${localPath(next, '/')}">`}
<div class="field">
<label for="token">${t('令牌', 'Token')}</label>
<p class="hint" id="token-hint">${t('以 hx_ 开头，由本节点的管理员发给您。', 'It begins with hx_; the operator of this node gave it to you.')}</p>
<input type="password" id="token" name="token" required autocomplete="current-password" spellcheck="false" maxlength="200" aria-describedby="token-hint"${problem && html` aria-invalid="true"`}>
</div>
<p><button class="button">${t('登录', 'Sign in')}</button></p>
<p class="hint">${t('八小时不操作即自动退出；关闭浏览器也会退出。', 'You are signed out after eight idle hours, and when the browser is closed.')}</p>
</form>`,
  };
}
