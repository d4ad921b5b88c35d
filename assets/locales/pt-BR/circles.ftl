# O que a janela diz sobre círculos: o caminho, a pergunta e a tela.

## The way in

first-circle = Círculo
first-circle-body = Um grupo, direto
rules-agree-circle = Aceitar e continuar

## Once, before the first circle

circle-asks = Antes do seu primeiro círculo
circle-asks-about = Perguntamos uma vez. Um círculo é um grupo cujos computadores falam entre si, sem servidor no meio.
circle-asks-address = Os outros veem seu endereço de rede.
circle-asks-address-body = O que você diz vai do seu computador direto ao deles. Quem vem pelo nome do círculo, ou pelo número do código, também o vê.
circle-asks-server = O servidor só apresenta vocês.
circle-asks-server-body = Ele vê em que círculo você está, e quando. O que é dito não passa por ele, ou só cifrado entre as duas pessoas.
circle-asks-key = Ninguém confere quem é quem.
circle-asks-key-body = Um anfitrião desonesto poderia apresentar as pessoas erradas. Cada membro mostra uma chave: comparem as chaves por outro meio, se importa.
circle-agree = Aceitar

## Which circle

circle = Círculo
circle-about = Um grupo em { $host } cujos membros falam diretamente entre si, cifrado.
circle-name = Nome do círculo
circle-name-hint = o que vocês combinaram
circle-enter-name = Entrar pelo nome
circle-name-about = Quem sabe o nome pode entrar.
circle-code = Código
circle-code-hint = como lhe disseram
circle-enter-code = Entrar pelo código
circle-new = Novo círculo com código
circle-new-about = Só entra quem ouvir o código de você. O servidor nunca sabe as palavras.
circle-bad-name = Um círculo não pode se chamar assim
circle-bad-name-next = Digite um nome de até { $max } caracteres visíveis, em uma linha.
circle-code-for-two = Este é o código de um convite, para dois
circle-code-for-two-next = O código de um círculo tem quatro palavras. Volte e escolha Convite para este.

## A circle

circle-coded = Círculo com código
circle-calling = A caminho
circle-status = { $people ->
        [one] Direto · ninguém mais está aqui
       *[other] Direto · { $people } pessoas
    }
circle-status-relayed = { $people } pessoas · { $relayed } delas pelo servidor, cifrado
circle-status-over = Terminou
circle-people = { $people ->
        [one] Uma pessoa
       *[other] { $people } pessoas
    }
circle-you = { $name } (você)
circle-number = nº { $number }
circle-somebody = Alguém
circle-direct = direto
circle-relayed = pelo servidor
circle-relayed-tip = Não há caminho direto entre vocês. O que dizem passa pelo servidor, cifrado entre os dois.
circle-away = ausente
circle-away-tip = A conexão caiu. O que você disser fica guardado para essa pessoa até que volte.
circle-unreachable = sem caminho
circle-unreachable-tip = Não se achou caminho entre a rede dessa pessoa e a sua. Vocês não se ouvem; de vez em quando se tenta de novo.
circle-your-key = sua chave
circle-show-key = Comparar a chave de { $name }
circle-show-own-key = Sua própria chave
circle-empty-name = Ninguém mais está aqui ainda. Quem sabe o nome pode entrar.
circle-empty-code = Ninguém mais está aqui ainda. Diga o código a quem deve vir.
circle-show-code = Código

## What happens in it

circle-here = já estava aqui: { $names }
circle-came = chegou: { $names }
circle-left = se despediu: { $names }
circle-lost = não voltou: { $names }
circle-went-away = conexão caída: { $names }
circle-came-back = de volta: { $names }
circle-no-way = Há alguém aqui que você não alcança
circle-wrong-words = Veio alguém que não sabia as palavras
circle-shut = Vieram pessoas demais sem saber as palavras: ninguém novo entra
circle-lobby-head = O servidor sumiu.
circle-lobby-rest = O círculo continua. Ninguém novo pode entrar.
circle-lobby-again = O círculo continua. Ninguém novo pode entrar. Nova tentativa em { $secs } s.

## What one writes

circle-write = Escreva para o círculo
circle-sending = Enviando
circle-delivered = { $of ->
        [one] Entregue
       *[other] Entregue às { $of }
    }
circle-delivered-some = Enviado a { $has } de { $of }
circle-missed = Não entregue a { $names }
circle-missed-somebody = Não entregue a alguém
circle-note-nobody = ninguém está aqui para ouvir. Está abaixo; envie quando alguém chegar.
circle-note-too-fast = você escreveu mais rápido do que um círculo aceita. Está de volta abaixo; envie em { $secs } s.
circle-note-too-fast-now = você escreveu mais rápido do que um círculo aceita. Está de volta abaixo; envie agora.

## Over it

circle-key-of = A chave de { $name }
circle-key-own = Sua chave aqui
circle-key-how = Peça a { $name } que leia a própria chave, por telefone ou pessoalmente. Se for igual, ninguém está entre vocês dois.
circle-key-how-own = É o que os outros veem de você. Leia a quem quiser comparar: vale só para esta visita.
circle-key-label = { $whose }: { $key }
circle-code-title = O código deste círculo
circle-code-how = Leia a quem deve vir, ou mande por um meio que ninguém mais leia. Vale enquanto houver alguém aqui.
circle-code-copy = Copiar o código

## When it ends

circle-others = A outro círculo
close-words = { $circle }: o que você escreveu não foi enviado, ou não chegou a todos. Some com a janela.

## Notices

notice-circle-came = { $name } chegou
