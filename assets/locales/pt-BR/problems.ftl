# O que deu errado: uma mensagem diz o quê, o -next dela o que fazer.

## What was typed

trouble-address-empty = Falta o endereço do servidor
trouble-address-empty-next = Digite um nome ou um endereço como 192.0.2.7.
trouble-address-port = “{ $text }” não é uma porta
trouble-address-port-next = Digite um número de 1 a 65535, ou deixe sem.
trouble-address-host = “{ $text }” não é endereço de servidor
trouble-address-host-next = Digite um nome como chat.exemplo.org, ou um endereço como 192.0.2.7.
trouble-link = O link não está completo
trouble-link-next = Depois do # vem a identidade do servidor, 64 dígitos. Copie o link de novo, ou apague do # em diante.
trouble-name-empty = Um nome precisa de algo visível
trouble-name-empty-next = Digite um, ou deixe o campo vazio para ir sem nome.
trouble-name-too-long = Esse nome é longo demais
trouble-name-too-long-next = Um nome tem no máximo { $max } caracteres. Encurte e tente de novo.
trouble-name-control = Esse nome tem caracteres que ninguém vê
trouble-name-control-next = Digite de novo, numa linha só, sem tabulações.
trouble-account = Isso não é nome de conta
trouble-account-next = Leva até { $max } letras minúsculas, dígitos, pontos, traços ou sublinhados. Pergunte a sua ao anfitrião.
trouble-password = A senha falta, ou é longa demais
trouble-password-next = Digite como o anfitrião a deu: 1 a { $max } bytes.

## What can go wrong on the way

problem-name-not-found = Não existe servidor { $host }
problem-name-not-found-next = O nome pode estar errado, ou este computador sem rede. Confira o endereço e tente de novo.
problem-connection-refused = { $host } existe, mas o Acaso não está lá
problem-connection-refused-next = Nada escuta na porta { $port }. Pergunte ao anfitrião se está ligado.
problem-timed-out = { $host } não responde
problem-timed-out-next = Pode estar desligado, ou um firewall nos barra. Tente de novo ou pergunte ao anfitrião.
problem-not-acaso = { $host } responde, mas não como servidor Acaso
problem-not-acaso-next = Confira a porta { $port } e pergunte ao anfitrião se o servidor usa --plain.
problem-plain-refused = { $host } é conhecido com cifra
problem-plain-refused-next = Sem ela não falamos com ele. Inicie o Acaso sem --plain.
problem-identity-changed = { $host } mostra outra identidade
problem-identity-changed-next = Nada foi enviado. Pergunte ao anfitrião qual é a certa e tente de novo.
problem-identity-outdated = O certificado de { $host } está fora do prazo
problem-identity-outdated-next = Ele venceu, ou o relógio deste computador está errado. Nada foi enviado. Olhe o relógio, pergunte ao anfitrião e tente de novo.
problem-identity-unsigned = Ninguém mais atesta { $host }
problem-identity-unsigned-next = Nada foi enviado. Pergunte ao anfitrião o que mudou e tente de novo.
problem-other-than-linked = { $host } mostra outra identidade que a do link
problem-other-than-linked-next = Nada foi enviado. O link pode ser antigo, ou alguém se passa pelo servidor: peça o link de novo ao anfitrião.
problem-room-identity = A sala { $port } mostra outra identidade que a da entrada
problem-room-identity-next = Nada foi enviado a ela. Alguém pode estar no meio: avise o anfitrião.
problem-version = Este servidor fala { $single ->
        [yes] a versão { $from }
       *[no] as versões { $from } a { $to }
    }
problem-version-next = O seu fala a { $ours }. Atualize o Acaso, ou peça ao anfitrião.
problem-full = Todos os lugares ocupados
problem-full-next = { $people ->
        [one] Há uma pessoa
       *[other] Há { $people } pessoas
    } aqui. Tente em { $secs } s.
problem-registry = O servidor não consegue abrir uma sala agora
problem-registry-next = O registro dele não aceita entradas novas. Tente em { $secs } s, ou avise o anfitrião.
problem-login-needed = { $account ->
        [yes] Este servidor pede uma conta e a senha dela
       *[no] Este servidor pede uma senha
    }
problem-login-needed-next = Peça ao anfitrião e digite aqui.
problem-login-wrong = { $account ->
        [yes] A conta ou a senha não confere
       *[no] A senha não confere
    }
problem-login-wrong-next = { $secs ->
        [0] Veja as maiúsculas e tente de novo.
       *[other] Veja as maiúsculas e tente de novo em { $secs } s.
    }
problem-slow-down = Tentativas demais da sua rede
problem-slow-down-next = Espere { $secs } s e tente de novo.
problem-seat-taken = O lugar nesse número não está livre agora
problem-seat-taken-next = Outra pessoa está a caminho dele, ou quem espera ali perdeu a conexão. Tente de novo em { $secs } s.
problem-banned = Você está barrado aqui até { $time }
problem-banned-next = Foi o anfitrião. Escolha outro servidor, ou fale com ele.
problem-no-such-plaza = Essa praça não existe mais aqui
problem-no-such-plaza-next = Veja a lista de praças do servidor.
problem-no-such-invitation = Ninguém espera com esse código
problem-no-such-invitation-next = Já foi usado, ou tem mais de dez minutos, ou o número foi mal entendido. Peça um novo.
problem-wrong-code = As palavras não eram as mesmas
problem-wrong-code-next = { $spent ->
        [yes] Alguém errou uma delas, ou não as conhece. O código se gastou: crie outro.
       *[no] Alguém errou uma delas, ou não as conhece. O código ainda vale.
    }
problem-code-spent = Este código já se gastou
problem-code-spent-next = Valia por uma só tentativa. Se ninguém se encontrou, uma conexão caiu ou alguém errou o palpite, e não dá para saber qual. Crie outro.
problem-not-offered = { $host } é antigo demais para isto
problem-not-offered-next = Peça ao anfitrião que atualize o servidor.
problem-circle-full = Esse círculo está cheio
problem-circle-full-next = Espere até alguém sair, ou comece outro.
problem-room-unreachable = A entrada responde, a sala { $port } não
problem-room-unreachable-next = O anfitrião precisa abrir a porta { $port } (1026–9999) em { $address }. Diga a ele este número.
problem-door-shut = A porta estava fechada cada vez que chegamos
problem-door-shut-next = A rede pode estar muito lenta. Tente de novo.
problem-link-lost = A conexão caiu
problem-link-lost-next = Confira a rede e conheça alguém de novo.
problem-protocol = O servidor disse algo sem sentido
problem-protocol-next = Por isso a visita acabou. Tente de novo, ou avise o anfitrião.
problem-unverified = O que chegou como palavras da outra pessoa não confere
problem-unverified-next = Por isso a conversa acabou. Alguém pode estar no meio, ou o programa dela falha: conheça outra pessoa.
problem-pins = O arquivo de servidores conhecidos não pode ser usado
problem-pins-next = Sem ele não há como conferir o servidor. Conserte o arquivo e tente de novo: { $detail }

## Settings that cannot be kept

trouble-settings-broken = Seus ajustes não puderam ser lidos
trouble-settings-broken-next = Começamos com novos. O arquivo antigo ficou como { $path }.
trouble-no-window = Não foi possível abrir outra janela
trouble-no-window-next = O sistema diz: { $detail }. Abra o Acaso mais uma vez por conta própria.
trouble-settings-unsaved = Seus ajustes não puderam ser salvos
trouble-settings-unsaved-next = Valem até você fechar esta janela. O motivo: { $detail }

## Starting up

start-no-display = O Acaso precisa de uma tela: nenhuma foi encontrada, ou não abre. Para um terminal existe o line_client.
start-missing-library = O Acaso não consegue abrir a janela: falta { $library }. Instale, no Debian com: apt-get install { $package }
start-failed = O Acaso não consegue abrir a janela: { $detail }

## Um texto que não é código

code-number = Isso ainda não é um código
code-number-next = Um código começa com o número, como em 7-crossover-clockwork.
code-word = “{ $word }” não pode ser a palavra { $place } de um código
code-word-next = Ouça de novo, ou veja a grafia: comece a palavra, e as que podem estar ali aparecem sob o campo.
code-length = Um código tem duas palavras depois do número, ou quatro
code-length-next = { $words ->
        [0] Este ainda não tem nenhuma.
        [one] Este tem uma.
       *[other] Este tem { $words }.
    }
