# O que a janela diz, tela por tela.

## The window

app-name = Acaso
window-title = { $what } · Acaso
window-title-unread = ({ $count }) { $what } · Acaso
back = Voltar
settings = Ajustes
key-hint = { $what }  ({ $keys })

## Keys, as they stand in hints

key-enter = Enter
key-escape = Esc
key-control = Ctrl+{ $key }
key-control-shift = Ctrl+Shift+{ $key }
key-end = End
key-alt-down = Alt+Seta para baixo

## First screen

first-title = Conheça alguém por acaso
first-subtitle = Uma sala para dois. Só texto, cifrado entre vocês.
first-server = Servidor
first-server-hint = chat.exemplo.org
first-servers-known = Servidores conhecidos
first-forget = Esquecer { $host }
first-name = Seu nome
first-name-hint = opcional
first-meet = Conhecer alguém
first-meet-invited = Ir a este convite
first-account = Conta
first-password = Senha
first-remember = Guardar no chaveiro deste computador

## House rules

rules-title = Antes de conhecer alguém
rules-asked-once = Perguntamos uma vez por { $host }. Dá para reler em Ajustes.
rules-kind = Seja gentil, ou vá embora.
rules-kind-body = Os dois podem sair a qualquer hora, sem motivo.
rules-self = Guarde-se.
rules-self-body = Nada de sobrenome, endereço ou trabalho para quem você conheceu há um minuto.
rules-legal = Nada ilegal, nada com menores, nenhuma ameaça.
rules-legal-body = O anfitrião pode fechar a sala e barrar um endereço.
rules-host-sees = O anfitrião vê
rules-sees-address = seu endereço de rede
rules-sees-times = quando você entra e sai, e em que sala
rules-sees-amount = quanto você escreve, não o quê
rules-host-sees-not = O anfitrião não vê
rules-sees-not-text = o que vocês escrevem
rules-sees-not-name = o nome que você usa
rules-sees-not-after = nada, depois que os dois saem: nada é guardado
rules-dishonest = Um anfitrião desonesto poderia se pôr entre vocês. A frase de segurança da conversa mostra isso.
rules-plaza = Em uma praça o anfitrião lê junto, e todos os que estão lá também.
rules-confirm = Tenho 18 anos ou mais e vou seguir estas regras
rules-agree = Aceitar e conhecer alguém
rules-agree-plaza = Aceitar e ver as praças
rules-agree-invitation = Aceitar e continuar
rules-not-now = Agora não
rules-again = Regras da casa

## Waiting

waiting-title = O outro lugar está livre
waiting-calling = Chamando { $host }
waiting-calling-body = Procurando o servidor, e um lugar.
waiting-calling-again = Tentativa { $attempt }.
waiting-who = Só você espera em { $host }. { $rooms ->
        [0] Nenhuma sala em uso ainda.
        [one] Uma sala em uso.
       *[other] { $rooms } salas em uso.
    }
waiting-elapsed = Esperando há { $time }
waiting-again = Nova tentativa em { $secs } s
waiting-offers = Um momento calmo. Seu lugar fica guardado, faça o que fizer:
waiting-tell-me = Avise quando alguém chegar
waiting-tell-me-body = Minimize a janela; um aviso chama você de volta.
waiting-plaza = Espiar uma praça
waiting-plaza-body = { $people ->
        [0] Ninguém está na { $plaza } agora. É pública.
        [one] Na { $plaza } há uma pessoa. É pública.
       *[other] Na { $plaza } há { $people } pessoas. É pública.
    }
waiting-invite = Convidar um conhecido
waiting-invite-body = Um código para uma pessoa, vale dez minutos; numa janela própria.
try-now = Tentar já
cancel = Cancelar
close = Fechar
copy = Copiar

## Conversation

chat-met = Vocês se encontraram por acaso
chat-met-code = Vocês se encontraram com um código
chat-met-line = { $when } · sala { $port }
chat-meeting = O desenho deste encontro: nunca visto antes, nunca mais
chat-status = Sala { $port } · cifrada entre vocês
chat-status-code = Encontro com código · cifrada entre vocês
chat-status-left = Sala { $port } · { $name } saiu às { $time }
chat-status-over = Sala { $port } · terminou às { $time }
chat-joined = { $name } entrou
chat-somebody = alguém com um cliente antigo
chat-somebody-first = Alguém com um cliente antigo
chat-write-to = Escreva para { $name }
chat-hint = Enter envia · Shift+Enter quebra a linha
chat-send = Enviar
chat-next = Próxima
chat-next-again = De novo
chat-leave = Sair
chat-new-messages = { $count ->
        [one] Uma mensagem nova
       *[other] { $count } mensagens novas
    }
chat-you = Você
chat-row = { $name }, { $time }: { $text }
chat-row-state = { $name }, { $time }: { $text } ({ $state })
chat-typing = { $name } está escrevendo
chat-more = Mais
chat-alphabets = letras de vários alfabetos
chat-alphabets-body = Um nome assim pode ser feito para parecer outro.

## What became of a message

state-sending = Enviando
state-sent = Enviado
state-delivered = Entregue
state-seen = Visto
state-not-delivered = Não entregue

## A conversation with an old client

open-status = Sala { $port } · não é privada: cliente antigo
open-mark = não é privada
open-head = O anfitrião pode ler esta conversa.
open-body = A outra pessoa tem um cliente antigo, que não sabe cifrar. Nada diz se uma mensagem chegou, e se a conexão cai, a conversa termina.

## Other ways in

first-ways = outras entradas
first-plaza = Praça
first-plaza-body = Uma sala pública
first-invitation = Convite
first-invitation-body = Com um código

## Encontrar um conhecido

invite-title = Encontrar um conhecido
invite-where = Em { $host }, como { $name }.
invite-where-nameless = Em { $host }, sem nome.
invite-how = Código
invite-make = Criar um código
invite-enter = Digitar um código
invite-make-about = Um código para uma pessoa, vale dez minutos. Ela abre o Acaso, escolhe Convite e digita. O anfitrião nunca sabe as palavras.
invite-code = Código
invite-code-hint = 7-crossover-clockwork
invite-one-try = Só uma tentativa: uma palavra errada gasta o código, e uma conexão que cai nessa hora também. Aí, peça outro.
invite-meet = Encontrar
invite-read = Leia isto a uma só pessoa
invite-good = Vale por { $time }, para uma pessoa, uma vez
invite-both = Vocês dois têm este código
invite-good-lasting = Esperando por mais { $time }
invite-copy-code = Copiar código
invite-copy-link = Copiar link
invite-copied = Copiado
invite-qr = O link deste convite, como imagem
invite-how-to = A pessoa abre o Acaso, escolhe Convite e digita. O anfitrião nunca sabe as palavras.
invite-one-try-made = Só uma tentativa: uma palavra errada gasta o código, e uma conexão que cai nessa hora também.
invite-how-to-kept = A pessoa abre o Acaso, escolhe Convite e aperta Encontrar ao lado do seu nome, ou digita este código.
invite-waiting = Esperando a pessoa
invite-waiting-for = Esperando { $name }
invite-comparing = Comparando as palavras
invite-comparing-body = Nada é dito antes que os dois tenham as mesmas.
invite-still-good = Enquanto isso o código continua valendo.
invite-nobody-came = Ninguém veio a tempo
invite-nobody-came-next = O código ainda vale. Combinem uma hora, e apertem os dois Encontrar.
invite-people = Pessoas que você guardou
invite-person = { $host } · desde { $date }
invite-meet-person = Encontrar { $name }
invite-forget = Esquecer
invite-forget-person = Esquecer { $name }
invite-forget-sure = Esquecer o código para reencontrar { $name }?
invite-forget-not = Manter
people-file = A lista de pessoas que você guardou não pode ser lida ou escrita
people-file-next = { $path }: { $detail }
people-set-aside = A lista de pessoas que você guardou estava estragada
people-set-aside-next = Foi posta de lado como { $path }; nada nela se perdeu. Tente de novo com uma lista nova.
people-full = Já há { $max } pessoas guardadas
people-full-next = Escolha Convite e esqueça alguém primeiro.
people-busy = Isso não foi feito
people-busy-next = Havia coisa demais a escrever de uma vez. Tente de novo.

## Manter contato

keep = Manter contato
keep-body = Se { $name } também escolher isto, os dois recebem um código para se reencontrar. Se não, nunca saberá que você escolheu. Não dá para voltar atrás.
keep-said = Você escolheu manter contato
keep-said-body = Se { $name } também escolher, os dois recebem um código para se reencontrar. A sua escolha sozinha não é contada.
keep-said-row = Manter contato: escolhido
kept = Vocês dois querem se reencontrar
kept-body = É para reencontrar { $name } em { $host }: escolha Convite e digite-o.
kept-compare = Não há ninguém no meio se as frases de segurança forem iguais: comparem agora, ou no reencontro.
kept-store = Guardar neste computador
kept-storing = Guardando
kept-stored = Está guardado neste computador. Escolha Convite, e Encontrar ao lado de { $name }.
kept-only-show = Só mostrar agora
kept-show = Código para reencontrar { $name }
kept-held = O código para reencontrar { $name } ainda não está guardado
kept-held-next = Escolha Convite: ele aparece lá mais uma vez.
kept-show-short = Código de reencontro

## The plazas of a server

plazas = Praças
plazas-about = Salas públicas em { $host }. Quem está em uma lê o que você publica, e o anfitrião também.
plazas-asking = Perguntando que praças há.
plazas-none = Este servidor não tem praça
plazas-none-next = O anfitrião pode abrir uma. Fale com ele, ou escolha outro servidor.
plazas-again = Olhar de novo
plazas-row = { $people ->
        [0] Ninguém por lá agora
        [one] Uma pessoa
       *[other] { $people } pessoas
    } · cabem { $max }{ $history ->
        [0] {""}
        [one] {" "}· você vê a última mensagem
       *[other] {" "}· você vê as últimas { $history } mensagens
    }
plazas-full = { $people } pessoas · cheia

## A plaza

plaza-people = { $people ->
        [one] Uma pessoa
       *[other] { $people } pessoas
    }
plaza-status = Pública: o anfitrião lê junto · { $people }
plaza-public = Pública: o anfitrião lê junto
plaza-mark = pública
plaza-calling = A caminho
plaza-empty = Ninguém escreveu nada desde que você chegou.
plaza-you = você
plaza-person-you = { $name } (você)
plaza-number = nº { $number }
plaza-unfold = { $lines ->
        [one] Mostrar tudo
       *[other] Mostrar todas as { $lines } linhas
    }
plaza-fold = Mostrar menos
plaza-row-subject = { $name }, { $time }, { $subject }: { $text }
plaza-came = chegou: { $names }
plaza-came-more = chegou: { $names } e mais { $more }
plaza-went = saiu: { $names }
plaza-went-more = saiu: { $names } e mais { $more }
plaza-subject = Assunto, se quiser
plaza-write = Escreva para a praça
plaza-hint = Ctrl+Enter envia · Enter quebra a linha
plaza-back = Voltar à { $plaza }
plaza-others = Ver as praças

## The visit to a stranger, while a plaza is in front

aside-waiting = O outro lugar ainda está livre. O seu fica guardado.
aside-met = { $name } está no outro lugar.
aside-ended = Algo mudou onde você esperava.
aside-go = Ir para a sala
aside-back = Voltar

## Before the window closes

close-title = Fechar esta janela?
close-draft = O que você escreveu para a { $plaza } não foi publicado, ou ainda não teve resposta. Some com a janela.
close-hosting = { $people ->
        [0] Esta janela hospeda um servidor, e ninguém está lá agora. Parar de hospedar e fechar?
        [one] 1 pessoa está aqui; parar de hospedar e fechar?
       *[other] { $people } pessoas estão aqui; parar de hospedar e fechar?
    }
close-hosting-anyway = Parar e fechar
close-keep = Deixar aberta
close-anyway = Fechar

## The safety phrase

safety-phrase = Frase de segurança
safety-same = { $name } tem a mesma, se não houver ninguém no meio.
safety-how = Leiam um para o outro por telefone ou pessoalmente. Se for igual, ninguém lê junto. Sem comparar, um anfitrião desonesto poderia.
safety-copied = Copiada

## A lost connection, ours or theirs

lost-head = A conexão caiu.
lost-again = Nova tentativa em { $secs } s; nada do que você escreveu se perde.
lost-again-short = De novo em { $secs } s
lost-now = Tentando de novo; nada do que você escreveu se perde.
lost-now-short = Tentando de novo
lost-status = Sua conexão caiu · lugar guardado por { $secs } s
lost-status-short = Lugar guardado por { $secs } s
lost-hint = Pode continuar escrevendo. Será entregue quando a linha voltar.
away-status = A conexão da outra pessoa oscila · esperando { $secs } s
away-status-short = A linha oscila · esperando { $secs } s

## Blocking

block = Bloquear
block-title = Bloquear { $name }?
block-body = Você não vai encontrar { $name } de novo enquanto os dois mantiverem o Acaso aberto. A pessoa não fica sabendo.
block-and-leave = Bloquear e sair
blocked = Bloqueio feito

## Links in a message

link-title = Abrir este link?
link-body = Leva a { $host }. Quem mantém esse lugar vê seu endereço de rede.
link-ascii = O nome em letras simples: { $ascii }
link-open = Abrir
link-copy = Copiar o link

## The strip above the composer

note-not-sent = Não foi:
note-too-fast = você escreveu mais rápido do que o servidor permite. Está de volta abaixo; envie em { $secs } s.
note-too-fast-now = você escreveu mais rápido do que o servidor permite. Está de volta abaixo; envie agora.
note-no-partner = não há ninguém no outro lugar. Está de volta abaixo; envie quando alguém chegar.
note-ended = { $name } já tinha saído. Está de volta abaixo, e não vai a ninguém sem que você envie.
note-too-long = uma mensagem leva { $max } bytes, esta tem { $bytes }. Envie em partes.
note-draft = Rascunho:
note-kept = você escreveu isto para { $from }. Não vai a ninguém sem que você envie.
note-sure = você escreveu isto para { $from }. Tecle Enter de novo para enviar a { $name }.
post-too-fast = você escreveu mais rápido do que a praça aceita. Está de volta abaixo; envie em { $secs } s.
post-too-fast-now = você escreveu mais rápido do que a praça aceita. Está de volta abaixo; envie agora.
post-refused = o servidor não aceitou. Está de volta abaixo; tente de novo, ou fale com o anfitrião.
post-unknown = a conexão terminou antes da resposta. Talvez já esteja na praça; está de volta abaixo.
post-not-taken = não deu para enviar agora. Está de volta abaixo; tente daqui a pouco.
post-too-long = uma mensagem na praça leva { $max } bytes, esta tem { $bytes }. Envie em partes.
post-subject-too-long = um assunto leva { $max } bytes, este tem { $bytes }. Encurte-o.
post-subject-control = o assunto tem um caractere que ninguém vê. Digite-o de novo.
post-kept = você escrevia isto quando saiu. Envie se ainda for o caso.

## When they have left, or the visit is over

left-goodbye = { $name } se despediu
left-lost = A conexão de { $name } não voltou
left-removed = O anfitrião tirou { $name } da sala
left-never-ready = { $name } não chegou a responder
closing-server = O servidor está fechando
closing-server-next = Tente mais tarde, ou escolha outro.
closing-room = O anfitrião fechou esta sala
closing-room-next = Conheça outra pessoa, ou fale com o anfitrião.
closing-nobody-came = Ninguém veio a tempo
closing-nobody-came-next = O código não vale mais. Crie outro quando os dois estiverem prontos.
closing-rendezvous-over = Esta conversa terminou
closing-rendezvous-over-next = Crie um novo código para se encontrarem de novo.
left-lost-open = A conexão com { $name } caiu
left-body = Estas palavras só estão na sua tela. Somem quando a próxima pessoa entrar, ou quando você sair.
left-body-open = Na sua tela as palavras ficam até a próxima pessoa entrar, ou até você sair. O anfitrião podia lê-las.
left-body-code = Estas palavras só estão na sua tela. Somem quando você sair.
left-invite = Criar um novo código
left-next = Conhecer outra pessoa
left-wait = Esperar aqui
left-waiting = Esperando aqui há { $time }
left-draft = Seu rascunho fica guardado. Não vai a ninguém sem que você envie.

## Another identity

identity-title = Este servidor mostra outra identidade
identity-body = { $host } não mostra a chave que você conhece desde { $date }. O anfitrião pode tê-lo refeito, ou alguém se passa por ele. Nada foi enviado.
identity-ask = Pergunte ao anfitrião, por outro meio, qual é a certa. Confie na nova só se ele ler os mesmos grupos.
identity-outdated-title = O certificado deste servidor está fora do prazo
identity-outdated-body = Uma autoridade atesta { $host }, que você conhece desde { $date }, mas não para hoje: o certificado venceu, ou o relógio deste computador está errado. { $same ->
        [yes] Ele mostra a chave que você conhece.
       *[no] E ele mostra outra chave, que não é a que você conhece.
    } Nada foi enviado.
identity-outdated-ask = Olhe primeiro o relógio deste computador. Se estiver certo, { $same ->
        [yes] peça ao anfitrião que renove o certificado. Quem confia nesta chave até lá só encontra o dono dela.
       *[no] pergunte ao anfitrião, por outro meio, qual chave é a certa. Confie na nova só se ele ler os mesmos grupos.
    }
identity-unsigned-title = Ninguém mais atesta este servidor
identity-unsigned-body = Você conhece { $host } desde { $date } como um servidor que uma autoridade atesta. Nenhuma conhecida aqui o faz agora. { $same ->
        [yes] Ele mostra a chave que você conhece.
       *[no] E ele mostra outra chave: o anfitrião pode tê-lo refeito, ou alguém se passa por ele.
    } Nada foi enviado.
identity-unsigned-ask = { $same ->
        [yes] Pergunte ao anfitrião, por outro meio, o que mudou. Quem confia nesta chave só encontra o dono dela.
       *[no] Pergunte ao anfitrião, por outro meio, qual chave é a certa. Confie na nova só se ele ler os mesmos grupos.
    }
identity-known = Conhecida
identity-known-since = desde { $date }, { $visits ->
        [one] uma visita
       *[other] { $visits } visitas
    }
identity-shown = Mostrada agora
identity-differs = { $groups ->
        [0] a mesma chave
        [16] difere em todos os dezesseis grupos
        [one] difere em um de 16 grupos
       *[other] difere em { $groups } de 16 grupos
    }
identity-stay = Não conectar
identity-trust = Confiar na nova identidade
identity-trust-same = Confiar nesta chave mesmo assim
identity-copy = Copiar as duas
identity-copied = Copiadas

## Settings

settings-look = Aparência
settings-theme = Tema
settings-theme-system = Sistema
settings-theme-light = Claro
settings-theme-dark = Escuro
settings-language = Idioma
settings-language-system = Sistema
settings-language-english = English
settings-language-portuguese = Português
settings-text-size = Tamanho do texto
settings-percent = { $percent } %
settings-motion = Movimento
settings-motion-system = Como o sistema
settings-motion-little = Pouco
settings-motion-full = Todo
settings-conversation = Conversa
settings-typing = Mostrar quando escrevo
settings-typing-body = Desligado: nem eles veem de você, nem você deles.
settings-seen = Avisar que li
settings-seen-body = Só aparece se os dois ligarem.
settings-notices = Avisos
settings-notices-body = Quando alguém chega ou escreve e esta janela não está à frente.
settings-rules = Reler as regras da casa
settings-connection = Conexão
settings-transport = Transporte
settings-transport-auto = Escolha por mim
settings-transport-quic = QUIC
settings-transport-tcp = TCP
settings-transport-body = TCP passa em quase todo lugar; QUIC mantém a conversa quando a rede muda. Vale a partir do próximo encontro.
settings-old-clients = Aceitar clientes antigos
settings-old-clients-body = A conversa fica marcada: o anfitrião pode ler.
settings-servers = Servidores conhecidos
settings-no-servers = Nenhum ainda.
settings-forget = Esquecer
settings-forget-body = Só esta lista esquece. Uma identidade trocada ainda é notada.

## Days and dates

day-today = Hoje
day-yesterday = Ontem
date-month = { $month ->
        [1] janeiro
        [2] fevereiro
        [3] março
        [4] abril
        [5] maio
        [6] junho
        [7] julho
        [8] agosto
        [9] setembro
        [10] outubro
        [11] novembro
       *[12] dezembro
    }
date-weekday = { $weekday ->
        [1] segunda-feira
        [2] terça-feira
        [3] quarta-feira
        [4] quinta-feira
        [5] sexta-feira
        [6] sábado
       *[7] domingo
    }
date-day = { $day } de { $month }
date-day-year = { $day } de { $month } de { $year }
date-weekday-time = { $weekday } { $time }
date-weekday-day = { $weekday }, { $day }

## Notices of the desktop

notice-joined = { $name } chegou
notice-joined-body = O outro lugar foi ocupado. Diga olá.
notice-posted = { $name } · { $plaza }
notice-open = Abrir

## Hospedar: servidores que funcionam neste programa

host-open = Hospedar neste computador
host-open-running = Hospedando: { $people ->
        [0] ninguém ainda
        [one] 1 pessoa
       *[other] { $people } pessoas
    }
host-about = Deixe outras pessoas se encontrarem aqui. Este programa é o servidor enquanto a janela estiver aberta.
host-who = Quem pode vir
host-this-computer = Só este computador
host-one-address = Sua rede ({ $interface })
host-all-v4 = Todos, IPv4
host-all = Todos, IPv4 e IPv6
host-port = Porta
host-port-hint = 1025
host-single-port = Todas as salas atrás desta única porta
host-single-port-body = Para firewalls e contêineres: nenhuma outra porta precisa estar aberta. Senão, cada sala tem a sua.
host-plaza = Praça, se quiser
host-plaza-hint = O nome dela
host-plaza-body = Uma sala pública para muitos. Você vê o que se diz lá, e quem entra fica sabendo.
host-start = Começar a hospedar
host-starting = Começando…
host-servers = Servidores
host-new = Um novo
host-another = Outro servidor
host-title = Hospedando neste computador
host-status = Aberto { $whom ->
        [here] só a este computador
        [network] à sua rede
       *[everybody] a todos
    } desde { $time }. { $rooms ->
        [0] Nenhuma sala
        [one] 1 sala
       *[other] { $rooms } salas
    } em uso, { $people ->
        [0] ninguém aqui
        [one] 1 pessoa, { $waiting } esperando
       *[other] { $people } pessoas, { $waiting } esperando
    }.
host-carried = { $frames ->
        [one] 1 envelope lacrado passou
       *[other] { $frames } envelopes lacrados passaram
    } por aqui: mensagens, e sinais de que chegaram. Ninguém aqui pode abri-los.
host-new-window = Nova janela
host-stop = Parar
host-stopping = Despedindo-se…
host-put-away = Guardar
host-failed = Este servidor falhou
host-failed-next = Aqui ninguém mais se encontra. Guarde-o e comece outro; o registro abaixo diz mais.
host-typed = Os outros digitam
host-typed-here = Neste computador se digita
host-typed-too = ou { $addresses }
host-nobody-else = Outros ainda não podem vir: este computador só tem o próprio endereço
host-port-usual = Porta { $port }, a de costume
host-port-other = Porta { $port }, parte do endereço
host-copy-link = Copiar link
host-copied = Link copiado
host-qr = O link como figura, para ler com a câmera
host-fingerprint = Impressão da chave
host-firewall = Libere no firewall
host-firewall-all = { $port } e { $first }–{ $last }, TCP e UDP
host-firewall-one = { $port }, TCP e UDP
host-firewall-nothing = Nada: só este computador pode vir.
host-rooms = Salas
host-rooms-read = Salas: { $rooms } de { $all } em uso, em { $waiting } alguém espera
host-room-free = livre
host-room-one = um espera
host-room-two = dois
host-log = Registro
host-log-started = O servidor está no ar
host-log-room = Sala { $port }: { $seats ->
        [one] um espera
       *[other] dois estão nela
    }
host-log-empty = A sala { $port } está livre de novo
host-plazas = Praças
host-no-plazas = Nenhuma. Abre-se uma ao começar um servidor: dê um nome a ela no formulário.
host-plaza-people = { $people ->
        [0] Ninguém está lá
        [one] 1 pessoa
       *[other] { $people } pessoas
    } · pública: você lê junto
host-tell-joins = Avise quando alguém chegar
host-tell-joins-body = Um aviso da área de trabalho, enquanto esta janela não está à frente.
host-arrived = Alguém chegou ao seu servidor
host-arrived-body = { $people ->
        [one] Agora há 1 pessoa.
       *[other] Agora há { $people } pessoas.
    }
host-stop-title = Parar de hospedar?
host-stop-body = { $people ->
        [0] Ninguém está aqui agora.
        [one] 1 pessoa está aqui e será avisada de que o servidor fecha.
       *[other] { $people } pessoas estão aqui e serão avisadas de que o servidor fecha.
    }
host-keep = Continuar hospedando
host-stop-anyway = Parar de hospedar
host-bad-port = Isso não é uma porta
host-bad-port-next = Digite um número de 1 a 65535; 1025 é a de costume.
host-port-taken = A porta { $port } está ocupada
host-port-taken-next = Outro programa a usa. Pare-o, ou escolha outra porta.
host-port-forbidden = A porta { $port } é reservada ao sistema
host-port-forbidden-next = Escolha uma porta a partir de 1024.
host-not-ours = { $ip } não é um endereço deste computador
host-not-ours-next = Escolha um da lista.
host-data-held = Outro servidor usa o que pertence a esta porta
host-data-held-next = Ele ocupa { $path }. Pare esse servidor, ou escolha outra porta.
host-bad-plaza = Uma praça não pode ter esse nome
host-bad-plaza-next = Escolha um nome mais curto, de letras visíveis, ou deixe sem.
host-not-started = O servidor não começa
host-not-started-next = O servidor diz: { $detail }.
